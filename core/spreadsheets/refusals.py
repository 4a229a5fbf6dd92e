"""Why a file is refused, in the words its owner reads."""

from core.spreadsheets.tables import Limits, SpreadsheetError


def damaged() -> SpreadsheetError:
    return SpreadsheetError(
        "damaged",
        "Ce fichier est abîmé ou incomplet\u00a0: il ne s’ouvre pas. Téléchargez-le à nouveau, ou ouvrez-le dans votre "
        "tableur et enregistrez-en une copie au format .xlsx.",
    )


def encrypted() -> SpreadsheetError:
    return SpreadsheetError(
        "encrypted",
        "Ce fichier est protégé par un mot de passe. Ouvrez-le dans votre tableur, retirez le mot de passe, "
        "enregistrez-le et recommencez.",
    )


def file_too_large(limits: Limits) -> SpreadsheetError:
    return SpreadsheetError(
        "too-large",
        f"Ce fichier pèse plus de {limits.file_size // 1_000_000} Mo. Retirez les images et les feuilles inutiles, "
        "ou coupez-le en plusieurs fichiers.",
    )


def unzips_too_large(limits: Limits) -> SpreadsheetError:
    return SpreadsheetError(
        "too-large",
        f"Ce fichier, une fois décompressé, dépasse {limits.unzipped_size // 1_000_000} Mo\u00a0: c’est trop. Gardez "
        "seulement la feuille et les colonnes utiles, puis enregistrez-le à nouveau.",
    )


def too_heavy() -> SpreadsheetError:
    return SpreadsheetError(
        "too-large",
        "Ce fichier demande trop de mémoire ou de temps pour être lu. Supprimez les lignes et les colonnes vides loin "
        "du tableau, gardez la feuille utile, puis enregistrez-le à nouveau.",
    )


def too_many_rows(limits: Limits) -> SpreadsheetError:
    return SpreadsheetError(
        "too-large",
        f"Ce fichier dépasse {limits.rows} lignes. Coupez-le en plusieurs fichiers, puis importez-les l’un après "
        "l’autre.",
    )


def too_many_columns(number: int, limits: Limits) -> SpreadsheetError:
    return SpreadsheetError(
        "too-large",
        f"Ligne {number}\u00a0: plus de {limits.columns} colonnes. Gardez seulement les colonnes utiles, puis "
        "enregistrez le fichier à nouveau.",
    )


def cell_too_long(number: int, limits: Limits, index: int | None = None) -> SpreadsheetError:
    place = f"Ligne {number}" if index is None else f"Ligne {number}, colonne {index + 1}"
    return SpreadsheetError(
        "too-large",
        f"{place}\u00a0: une cellule dépasse {limits.cell_length} caractères. Un guillemet est sans doute ouvert et "
        "jamais refermé\u00a0: corrigez cette ligne, puis recommencez.",
    )


def unclosed_quote(number: int) -> SpreadsheetError:
    return SpreadsheetError(
        "damaged",
        f"Ligne {number}\u00a0: un guillemet est ouvert et jamais refermé, la fin du fichier ne peut pas être lue. "
        "Corrigez ce guillemet ou enregistrez le fichier au format .xlsx.",
    )


def unreadable_text() -> SpreadsheetError:
    return SpreadsheetError(
        "damaged",
        "Ce fichier est abîmé ou incomplet\u00a0: une partie de son texte ne se lit pas. Téléchargez-le à nouveau, ou "
        "enregistrez-le depuis votre tableur au format «\u00a0CSV UTF-8\u00a0».",
    )


def not_text() -> SpreadsheetError:
    return SpreadsheetError(
        "not-a-spreadsheet",
        "Ce fichier n’est pas un tableau lisible\u00a0: il contient des caractères qui ne sont pas du texte. Ouvrez-le "
        "dans votre tableur puis enregistrez-le au format .xlsx ou «\u00a0CSV UTF-8\u00a0».",
    )


def empty() -> SpreadsheetError:
    return SpreadsheetError("empty", "Ce fichier est vide\u00a0: il ne contient aucune ligne.")


def nothing_visible() -> SpreadsheetError:
    return SpreadsheetError(
        "empty",
        "Ce fichier ne contient aucune ligne visible. Vérifiez que la bonne feuille est remplie et n’est pas masquée.",
    )


def no_such_sheet(name: str) -> SpreadsheetError:
    return SpreadsheetError(
        "no-such-sheet", f"La feuille «\u00a0{name}\u00a0» n’existe pas dans ce fichier, ou est masquée."
    )


def other_file(message: str) -> SpreadsheetError:
    return SpreadsheetError("not-a-spreadsheet", message)
