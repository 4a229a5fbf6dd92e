"""Sectors, types, states, origins: what files write, turned into the values of `companies.enums`. Pure."""

import re
from collections.abc import Callable
from typing import Any

from companies.enums import CompanyType, NetworkKind, OriginDirection, OriginNetwork, RelationState, Sector
from core.imports.cells import NOTHING, Level, Reading, text_of
from core.spreadsheets.tables import Cell
from core.text import search_key


def _vocabulary(enum: Any, **aliases: str) -> dict[str, str]:
    """{key: value} of an enum: its values, its labels (with and without what is between brackets), other names."""
    names: dict[str, str] = {}
    for value, label in enum.choices:
        for name in (value, label, re.sub(r"\s*\(.*\)", "", label)):
            names.setdefault(_vocabulary_key(name), value)
    for value, others in aliases.items():
        for name in others.split("|"):
            names[_vocabulary_key(name)] = value
    return names


def _vocabulary_key(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", search_key(text)).strip()


_SECTORS = _vocabulary(
    Sector,
    tertiary="commerce|commerces|administratif|services aux entreprises|tertiaire|vente|grande distribution",
    construction="batiment|batiment et travaux publics|construction|travaux publics|btp construction",
    hospitality="hotellerie|restauration|hotellerie restauration|hcr|tourisme|hotels restaurants|restaurant",
    logistics="transport|logistique|transports|transport et logistique|transports logistique",
    care="services a la personne|aide a domicile|sante|services aux personnes|sante social|proprete",
    industry="industrie|industries|industrie manufacturiere|production|metallurgie|agroalimentaire",
    green="agriculture|espaces verts|environnement|paysage|maraichage|horticulture",
)
_COMPANY_TYPES = _vocabulary(
    CompanyType,
    micro="tpe|tres petite entreprise|micro entreprise|artisan|auto entrepreneur|moins de 10",
    sme="pme|pmi|pme pmi|petite et moyenne entreprise",
    large="ge|eti|grande entreprise|grand groupe|groupe|grand compte",
    association="asso|associations|association loi 1901|ess",
    public="public|collectivite|collectivite territoriale|mairie|commune|administration|etablissement public",
)
_RELATION_STATES = _vocabulary(
    RelationState,
    prospect="prospects|a contacter|a prospecter|nouveau|piste|lead|suspect",
    in_relation="en contact|contactee|contacte|en cours|active|actif|client|customer|relation",
    partner="partenaire|partenariat|partenaires|convention|conventionnee",
    ambassador="ambassadrice|ambassadeur|entreprise ambassadrice",
    watch="veille|inactif|inactive|en sommeil|ne plus contacter|abandon|a relancer plus tard",
)
_NETWORK_KINDS = _vocabulary(NetworkKind)
_ORIGIN_NETWORKS = _vocabulary(
    OriginNetwork, personal="personnel|perso|relation personnelle", professional="professionnel|pro"
)
_ORIGIN_DIRECTIONS = _vocabulary(
    OriginDirection,
    outgoing="sortant|outgoing|prospection|forum|demarchage|visite",
    incoming="entrant|incoming|offre recue|appel entrant|demande entreprise|gestion d offre",
)


def _choice(names: dict[str, str], what: str) -> Callable[[Cell], Reading]:
    def read(cell: Cell) -> Reading:
        text = text_of(cell)
        if not text:
            return NOTHING
        if value := names.get(_vocabulary_key(text)):
            return Reading(value)
        return Reading(
            "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas {what} connu\u00a0: gardé dans les notes.", text
        )

    return read


read_sector = _choice(_SECTORS, "un secteur")
read_company_type = _choice(_COMPANY_TYPES, "un type d’entreprise")
read_relation_state = _choice(_RELATION_STATES, "un état de relation")


def read_origin(cell: Cell) -> dict[str, str]:
    """{field: value} of a column « Origine »: origin_network, origin_direction or network_kind; {} if none of them."""
    key = _vocabulary_key(text_of(cell))
    fields = {
        "origin_network": _ORIGIN_NETWORKS,
        "origin_direction": _ORIGIN_DIRECTIONS,
        "network_kind": _NETWORK_KINDS,
    }
    return next(({name: names[key]} for name, names in fields.items() if key in names), {})
