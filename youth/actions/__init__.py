from youth.actions.accesses import (
    ExportRefusedError,
    QuotaReachedError,
    ReasonNeededError,
    check_opening,
    give_reason,
    log_export,
    log_file_access,
    open_file,
)
from youth.actions.assigning import Assignment, assign_counsellor, assignment_of
from youth.actions.contacts import count_as_contact, kept_until
from youth.actions.erasing import (
    anonymise_young_person,
    expired_files,
    purge_expired_files,
    replay_erasures,
    to_erase_again,
)
from youth.actions.errors import HeldElsewhereError, NeedError, YouthError
from youth.actions.files import (
    bin_young_person,
    create_young_person,
    edit_young_person,
    record_contact,
    restore_young_person,
    set_company_profile,
)
from youth.actions.needs import (
    abandon_need,
    close_needs_of,
    edit_need,
    log_need,
    meet_need,
    propose_solution,
    reopen_need,
)
from youth.actions.obstacles import edit_obstacle, lift_obstacle, note_obstacle, share_obstacle, unshare_obstacle
from youth.actions.pathway import leave, move_pathway

__all__ = [
    "Assignment",
    "ExportRefusedError",
    "HeldElsewhereError",
    "NeedError",
    "QuotaReachedError",
    "ReasonNeededError",
    "YouthError",
    "abandon_need",
    "anonymise_young_person",
    "assign_counsellor",
    "assignment_of",
    "bin_young_person",
    "check_opening",
    "close_needs_of",
    "count_as_contact",
    "create_young_person",
    "edit_need",
    "edit_obstacle",
    "edit_young_person",
    "expired_files",
    "give_reason",
    "kept_until",
    "leave",
    "lift_obstacle",
    "log_export",
    "log_file_access",
    "log_need",
    "meet_need",
    "move_pathway",
    "note_obstacle",
    "open_file",
    "propose_solution",
    "purge_expired_files",
    "record_contact",
    "reopen_need",
    "replay_erasures",
    "restore_young_person",
    "set_company_profile",
    "share_obstacle",
    "to_erase_again",
    "unshare_obstacle",
]
