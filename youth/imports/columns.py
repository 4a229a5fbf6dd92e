"""The fields a column of a file of young people can fill, the names files give them, and the columns never read. Pure.

Aliases are written as `core.imports.labels.label_words` leaves them.
"""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.imports.errors import ImportFileError
from core.imports.headers import HeaderFinder
from core.imports.labels import label_words


@dataclass(frozen=True, slots=True)
class Field:
    key: str
    label: str
    aliases: tuple[str, ...] = ()
    several: bool = False


FIELDS: tuple[Field, ...] = (
    Field("last_name", "Nom", ("nom", "nom famille", "nom usage", "nom naissance", "nom jeune", "nom beneficiaire")),
    Field("first_name", "Prénom", ("prenom", "prenom jeune", "prenom beneficiaire", "prenom usage")),
    Field("full_name", "Nom et prénom", ("nom prenom", "prenom nom", "nom complet", "jeune", "identite")),
    Field("birth_date", "Date de naissance", ("date naissance", "ne le", "nee le", "naissance", "ddn")),
    Field(
        "imilo_number",
        "Numéro i-Milo",
        (
            *(
                "numero dossier",
                "no dossier",
                "imilo",
                "numero imilo",
                "numero dossier imilo",
                "i milo",
                "numero i milo",
            ),
            *("identifiant imilo", "id imilo", "id dossier", "dossier", "identifiant dossier", "numero jeune"),
        ),
    ),
    Field("gender", "Genre", ("genre", "sexe", "civilite")),
    Field("email", "E-mail", ("email", "adresse email", "email jeune", "email beneficiaire", "adresse electronique")),
    Field(
        "phone",
        "Téléphone",
        (
            *("telephone", "portable", "mobile", "telephone portable", "telephone mobile", "telephone jeune"),
            *("telephone beneficiaire", "numero telephone"),
        ),
        several=True,
    ),
    Field("postcode", "Code postal", ("code postal", "cp", "codepostal", "code postal residence")),
    Field("city", "Commune", ("commune", "ville", "commune residence", "ville residence", "localite")),
    Field("insee_code", "Code INSEE de la commune", ("code insee", "code commune", "code insee commune")),
    Field("district", "Quartier prioritaire (QPV)", ("qpv", "quartier prioritaire", "reside qpv", "resident qpv")),
    Field("has_rqth", "RQTH (oui / non)", ("rqth", "reconnaissance rqth")),
    Field(
        "training_level",
        "Niveau de formation",
        ("niveau formation", "niveau", "niveau scolaire", "niveau etude", "niveau diplome", "dernier diplome"),
    ),
    Field("programme", "Dispositif", ("dispositif", "programme", "accompagnement", "parcours", "type accompagnement")),
    Field(
        "counsellor_name",
        "Conseiller référent",
        (
            *("conseiller referent", "conseiller", "conseillere", "referent", "referente", "conseillere referente"),
            *("conseiller principal", "nom conseiller", "suivi par"),
        ),
    ),
    Field("backup_name", "Conseiller relais", ("conseiller relais", "relais", "conseiller secondaire", "binome")),
    Field(
        "entered_on",
        "Date d’entrée",
        (
            *("date entree", "entree", "date inscription", "inscrit le", "date premier accueil", "date 1er accueil"),
            *("premier accueil", "date entree dispositif", "date debut accompagnement"),
        ),
    ),
    Field("consented_on", "Consentement le", ("date consentement", "consentement", "consentement le", "rgpd")),
)
FIELD_BY_KEY = {field.key: field for field in FIELDS}
_INDEX = {label_words(name): field.key for field in FIELDS for name in (*field.aliases, field.label)}
_NEAR = 0.84

# A person's number at the social security: a file that has it is not taken at all.
_NIR_WORDS = ({"nir"}, {"securite", "sociale"}, {"numero", "insee"}, {"numero", "ss"}, {"numero", "secu"})
# {what it is about: words that say so}. Never read, never kept, whatever the person chooses.
_NEVER: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "la santé",
        frozenset({"sante", "maladie", "medecin", "medical", "medicale", "traitement", "handicap", "addiction"})
        | {"allergie", "psychologique", "grossesse", "hospitalisation", "diagnostic"},
    ),
    (
        "l’origine ou les convictions",
        frozenset({"nationalite", "origine", "ethnie", "religion", "migratoire", "migrant", "sejour", "asile"})
        | {"politique", "syndicat"},
    ),
)


def is_nir_column(label: str) -> bool:
    """« N° de sécurité sociale », « NIR », « Numéro INSEE »."""
    words = set(label_words(label))
    return any(every <= words for every in _NIR_WORDS)


def never_read(labels: Sequence[str]) -> dict[int, str]:
    """The columns left out for good: {index: why, a French sentence}."""
    found = {}
    for index, label in enumerate(labels):
        words = set(label_words(label))
        if label_words(label) in _INDEX:
            continue
        if is_nir_column(label):
            found[index] = "Jamais lue\u00a0: numéro de sécurité sociale."
        # « pays » as `label_words` leaves it.
        elif words in ({"lieu", "naissance"}, {"pay", "naissance"}, {"pay"}, {"ville", "naissance"}):
            found[index] = "Jamais lue\u00a0: elle parle de l’origine."
        else:
            about = next((about for about, said in _NEVER if said & words), "")
            if about:
                found[index] = f"Jamais lue\u00a0: elle parle de {about}."
    return found


def refuse_nir_columns(labels: Sequence[str]) -> None:
    """Raises ImportFileError: such a file is not kept for one minute."""
    named = next((label for label in labels if is_nir_column(label)), "")
    if named:
        raise ImportFileError(
            "nir",
            f"Ce fichier a une colonne «\u00a0{named}\u00a0»\u00a0: un numéro de sécurité sociale n’a pas à être ici. "
            "Retirez cette colonne du fichier, puis déposez-le à nouveau. Rien n’en a été gardé.",
        )


def propose_mapping(labels: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[int, str]:
    """The fields the labels name, by column; `remembered` (`core.imports.mapping`) wins over our own reading."""
    chosen = {words: key for words, key in (remembered or {}).items() if not key or key in FIELD_BY_KEY}
    left_out = never_read(labels)
    mapping: dict[int, str] = {}
    for index, label in enumerate(labels):
        words = label_words(label)
        joined = " ".join(words)
        key = chosen[joined] if joined in chosen else _INDEX.get(words, "")
        if key and index not in left_out and (key not in mapping.values() or FIELD_BY_KEY[key].several):
            mapping[index] = key
    return mapping


def near_misses(labels: Sequence[str], mapping: Mapping[int, str]) -> dict[int, str]:
    """Columns left out whose label is nearly a known one: {index: field key}, to suggest, not to apply."""
    names = {"".join(words): key for words, key in _INDEX.items()}
    taken, left_out = set(mapping.values()), never_read(labels)
    found = {}
    for index, label in enumerate(labels):
        joined = "".join(label_words(label))
        if index in mapping or index in left_out or len(joined) < 4:
            continue
        match = difflib.get_close_matches(joined, names, n=1, cutoff=_NEAR)
        if match and names[match[0]] not in taken:
            found[index] = names[match[0]]
    return found


def check_mapping(labels: Sequence[str], mapping: Mapping[int, str]) -> None:
    """Raise ImportFileError unless columns name the young people and nothing forbidden is read."""
    refuse_nir_columns(labels)
    keys = set(mapping.values())
    for index, why in never_read(labels).items():
        if index in mapping:
            raise ImportFileError(
                "never-read", f"Colonne «\u00a0{labels[index]}\u00a0»\u00a0: {why[:1].lower()}{why[1:]}"
            )
    if not (keys >= {"last_name", "first_name"} or "full_name" in keys):
        raise ImportFileError(
            "no-name",
            "Dites quelles colonnes donnent le nom et le prénom\u00a0: sans eux, on ne sait pas de qui il s’agit.",
        )
    if not keys & {"birth_date", "imilo_number"}:
        raise ImportFileError(
            "no-identity",
            "Dites quelle colonne donne la date de naissance ou le numéro i-Milo\u00a0: deux jeunes peuvent porter le "
            "même nom.",
        )


FINDER = HeaderFinder(
    propose_mapping,
    lambda label: label_words(label) in _INDEX,
    "«\u00a0Nom\u00a0», «\u00a0Prénom\u00a0», «\u00a0Date de naissance\u00a0», «\u00a0N° dossier\u00a0»",
)
