"""What personal data young people's files hold, what for, and how long. A field not declared here fails the tests.

`youth.actions.anonymise_young_person` is the one path by which they end; `manage.py purge_expired_data` runs it.
"""

from core.retention import Kept

_WHILE_FOLLOWED = "2 ans après le dernier contact avec le jeune\u202f; puis rendu anonyme"
_KNOW = Kept("Savoir qui l’on accompagne", _WHILE_FOLLOWED)
_ADMIT = Kept("Vérifier que la Mission Locale peut l’accompagner", _WHILE_FOLLOWED)
_JOIN = Kept("Joindre le jeune", _WHILE_FOLLOWED)
_NEAR = Kept("Chercher une solution près de chez lui", _WHILE_FOLLOWED)
_FIND = Kept("Retrouver un dossier", _WHILE_FOLLOWED)
_PREPARE = Kept("Préparer l’entrée en entreprise, avec lui", _WHILE_FOLLOWED)
_FOLLOW = Kept("Suivre le parcours et se souvenir de ce qui a été décidé", _WHILE_FOLLOWED)
_SEARCH = Kept("Chercher la solution dont il a besoin", _WHILE_FOLLOWED)
_WATCH = Kept("Savoir qui a ouvert un dossier, et pourquoi", "tant que le dossier existe\u202f; effacé avec lui")
_REPORT = Kept("Rendre compte aux financeurs, sans nom", _WHILE_FOLLOWED)
_IMPORT = Kept("Contrôler un import et pouvoir l’annuler", "7 jours après l’import, 30 jours s’il n’est pas fait")
_UNDO = Kept("Pouvoir défaire ce qui a été écrit", "tant que le dossier concerné existe")

PERSONAL = {
    "YouthImportBatch.labels": _IMPORT,
    "YouthImportBatch.report": _IMPORT,
    "YouthImportFile.content": _IMPORT,
    "YouthImportFile.workbook": _IMPORT,
    "YouthImportRow.values": _IMPORT,
    "YouthImportRow.raw": _IMPORT,
    "YouthImportRow.changes": _IMPORT,
    "YouthImportRow.remarks": _IMPORT,
    "YouthImportChange.before": _UNDO,
    "YoungPerson.first_name": _KNOW,
    "YoungPerson.last_name": _KNOW,
    "YoungPerson.name_key": _FIND,
    "YoungPerson.birth_date": _ADMIT,
    "YoungPerson.has_rqth": _ADMIT,
    "YoungPerson.gender": _REPORT,
    "YoungPerson.district": _REPORT,
    "YoungPerson.email": _JOIN,
    "YoungPerson.phone": _JOIN,
    "YoungPerson.imilo_number": _FIND,
    "YoungPerson.postcode": _NEAR,
    "YoungPerson.city": _NEAR,
    "YoungPerson.insee_code": _NEAR,
    "YoungPerson.latitude": _NEAR,
    "YoungPerson.longitude": _NEAR,
    "YoungPerson.strengths": _PREPARE,
    "YoungPerson.vulnerabilities": _PREPARE,
    "YoungPerson.company_profile": _PREPARE,
    "YoungPerson.profile_fields": _PREPARE,
    "Obstacle.kind": _PREPARE,
    "Obstacle.note": _PREPARE,
    "PathwayMove.note": _FOLLOW,
    "Need.trade": _SEARCH,
    "Need.comment": _SEARCH,
    "Need.postcode": _SEARCH,
    "Need.city": _SEARCH,
    "Need.insee_code": _SEARCH,
    "Need.latitude": _SEARCH,
    "Need.longitude": _SEARCH,
    "Need.abandon_note": _FOLLOW,
    "NeedMove.note": _FOLLOW,
    "YouthImportBatch.reason": _IMPORT,
    "FileAccess.reason": _WATCH,
}

# Closed choices that stay for the figures once nothing says whose they are.
NOT_PERSONAL = frozenset(
    {
        "YouthImportBatch.file_name",
        "YouthImportBatch.file_digest",
        "YouthImportBatch.sheet",
        "YouthImportBatch.mapping",
        "YouthImportBatch.state",
        "YouthImportBatch.counts",
        "YouthImportBatch.decisions",
        "YouthImportRow.row_class",
        "YouthImportRow.decision",
        "YouthImportRow.candidates",
        "YouthImportChange.model",
        "YouthImportMapping.signature",
        "YouthImportMapping.mapping",
        "YoungPerson.training_level",
        "YoungPerson.programme",
        "YoungPerson.step",
        "YoungPerson.outcome",
        "PathwayMove.from_step",
        "PathwayMove.to_step",
        "PathwayMove.outcome",
        "Need.kind",
        "Need.state",
        "Need.abandon_reason",
        "NeedMove.from_state",
        "NeedMove.to_state",
        "FileAccess.kind",
    }
)
