"""Who may enter, and how long a file may be kept. Pure; the database refuses the same.

16 to 25 years old, to 29 with a recognised disability; three years from the present day at most.
"""

import datetime as dt

from core.years import years_after

YOUNGEST = 16
OLDEST = 25
OLDEST_WITH_RQTH = 29
# Two years after the last contact is the rule; a structure may say another day, and no later than this.
LONGEST_KEPT = 3


def admission_problem(*, birth_date: dt.date, entered_on: dt.date, has_rqth: bool) -> str:
    """Why the age does not fit, as a sentence; "" when it does."""
    oldest = OLDEST_WITH_RQTH if has_rqth else OLDEST
    if entered_on < birth_date:
        return "L’entrée vient après la naissance\u00a0: vérifiez les deux dates."
    if entered_on < years_after(birth_date, YOUNGEST):
        return f"À son entrée, un jeune a {YOUNGEST} ans au moins\u00a0: vérifiez les deux dates."
    if entered_on >= years_after(birth_date, oldest + 1):
        more = "" if has_rqth else f" ({OLDEST_WITH_RQTH} ans avec une RQTH)"
        return f"À son entrée, un jeune a {oldest} ans au plus{more}\u00a0: vérifiez les deux dates."
    return ""


def keeping_problem(*, keep_until: dt.date, today: dt.date) -> str:
    """Why a file may not be kept so long, as a sentence; "" when it may."""
    latest = years_after(today, LONGEST_KEPT)
    if keep_until > latest:
        return (
            f"Un dossier se garde {LONGEST_KEPT} ans au plus à partir d’aujourd’hui\u00a0: choisissez le"
            f" {latest:%d/%m/%Y} ou un jour avant."
        )
    return ""
