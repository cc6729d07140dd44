"""Whether a design has every part that it names.

Tables are made of parts that name each other: a fact its entity, a link its dimension, an
aggregate its measures. On a sound design each of them finds what it looks for; on another one
nobody looks, since it is told here what is missing, and where.
"""
