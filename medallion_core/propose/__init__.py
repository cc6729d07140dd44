"""Sources and profiles to a design: keys, references, roles, star and rules, with evidence."""

from medallion_core.propose.design import propose_design
from medallion_core.propose.report import proposal_json
from medallion_core.propose.star import propose_star, with_star

__all__ = ["proposal_json", "propose_design", "propose_star", "with_star"]
