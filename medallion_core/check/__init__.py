"""What is wrong with a bundle or a design, as findings: the text is read, nothing is run."""

from medallion_core.check.bundle import check_bundle
from medallion_core.check.design import check_design

__all__ = ["check_bundle", "check_design"]
