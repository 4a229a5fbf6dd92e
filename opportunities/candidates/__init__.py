"""Who could answer a need, which needs an opportunity could answer, and whom to ask. SQL narrows, `matching` ranks.

Ranking reads needs, opportunities and companies. Of a young person it reads only that her file is not in the bin:
neither gender, nor district, nor disability, nor age. What a card shows is read afterwards, for the few that are shown.
"""

from opportunities.candidates.facts import facts_of_need
from opportunities.candidates.lines import NeedLine, need_line, with_cards
from opportunities.candidates.narrowing import of_family
from opportunities.candidates.prospects import SMALLEST_SHARE, Demand, Prospect, companies_for, demand_of
from opportunities.candidates.ranked import answers_apart, needs_for, opportunities_for

__all__ = [
    "SMALLEST_SHARE",
    "Demand",
    "NeedLine",
    "Prospect",
    "answers_apart",
    "companies_for",
    "demand_of",
    "facts_of_need",
    "need_line",
    "needs_for",
    "of_family",
    "opportunities_for",
    "with_cards",
]
