"""Personal data has a purpose and an end, written in code: each app declares its fields in its own `retention.py`.

`PERSONAL` maps « Model.field » to a `Kept`; `NOT_PERSONAL` holds the texts that say nothing of a person. A text field
that is in neither, or in both, fails the tests. Erasure itself is one code path by kind of person
(`youth.actions.anonymise_young_person`), run each night by `manage.py purge_expired_data`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """Why a field is held, and until when, in words the register of processing takes as they are."""

    purpose: str
    until: str


_STORY = Kept("Raconter ce qui est arrivé à une fiche", "tant que la fiche concernée existe\u202f; effacé avec elle")

PERSONAL = {
    "ActivityEntry.title": _STORY,
    "ActivityEntry.body": _STORY,
    "ActivityEntry.changes": _STORY,
}

# Codes, labels of public referentials, and what a long job says of itself.
NOT_PERSONAL = frozenset(
    {
        "ActivityEntry.kind",
        "ActivityEntry.verb",
        "Job.task",
        "Job.title",
        "Job.state",
        "Job.message",
        "Job.result",
        "Job.result_url",
        "SavedView.listing",
        "SavedView.name",
        "SavedView.query",
        "DefaultView.listing",
        "PeriodicRun.job",
        "PeriodicRun.period",
        "Municipality.insee_code",
        "Municipality.name",
        "Municipality.postcodes",
        "Municipality.department",
        "Municipality.name_key",
        "Activity.nomenclature",
        "Activity.code",
        "Activity.label",
        "Occupation.code",
        "Occupation.label",
        "Occupation.label_key",
        "OccupationTitle.title",
        "OccupationTitle.title_key",
        "OccupationActivity.naf_code",
    }
)
