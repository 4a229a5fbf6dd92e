"""One object of each kind that an address may name, in a given structure, belonging to a given person.

`OBJECTS[kind](structure, owner)` returns what the address carries: a pk, a key, a word. `ABSENT[kind]` is what it
carries when there is no such object; kinds that name no row (a word, a format) have none.
"""

from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Invitation, User
from campaigns.actions.answers import give_answer
from campaigns.actions.links import draw_links
from campaigns.enums import MessageState
from campaigns.models import Message, PrintBatch, Suppression
from companies.actions.proposed_change import propose_company_change
from companies.enums import RelationState
from companies.models import CompanyMerge, DuplicatePair, ImportBatch, ImportFile, ImportRow
from companies.views.companies import IN_PLACE
from core.models import Job, SavedView
from opportunities.actions import share_profile
from tests.factories import (
    CampaignFactory,
    CompanyFactory,
    ContactFactory,
    InteractionFactory,
    LetterVersionFactory,
    MembershipFactory,
    NeedFactory,
    NextActionFactory,
    ObstacleFactory,
    OpportunityFactory,
    PlacementFactory,
    RecipientFactory,
    SiteFactory,
    TagFactory,
    UserFactory,
    YoungPersonFactory,
)
from youth.forms.young_people import IN_PLACE as FILE_FACTS
from youth.models import ObstacleShare, YouthImportBatch, YouthImportFile, YouthImportRow

ABSENT_PK = 987_654_321


def company(structure, owner):
    return CompanyFactory(structure=structure, relation_state=RelationState.PARTNER, adviser=owner)


def _binned(row, owner):
    row.deleted_at, row.deleted_by = timezone.now(), owner
    row.save()
    return row.pk


def _invitation(structure, owner):
    row = Invitation(structure=structure, email=f"invite{structure.pk}-{owner.pk}@example.org", roles=["adviser"])
    row.draw_key(now=timezone.now())
    row.save()
    return row


def _logo(structure, owner):
    structure.logo.save("logo.png", ContentFile(b"\x89PNG"), save=True)
    return structure.pk


def _pair(structure, owner):
    first, second = sorted([company(structure, owner), company(structure, owner)], key=lambda row: row.pk)
    return DuplicatePair.objects.create(structure=structure, first=first, second=second).pk


def _merge(structure, owner):
    kept, absorbed = company(structure, owner), company(structure, owner)
    return CompanyMerge.objects.create(
        structure=structure, kept=kept, absorbed=absorbed, by=owner, at=timezone.now()
    ).pk


def _batch(structure, owner):
    """The same one for every part of an address: a row belongs to its import."""
    batch, created = ImportBatch.objects.get_or_create(
        structure=structure,
        file_name="annuaire.csv",
        defaults={"file_size": 10, "file_digest": "0" * 64, "created_by": owner},
    )
    if created:
        ImportFile.objects.create(structure=structure, batch=batch, content=b"Nom;Ville\nMenuiserie;Le Blanc\n")
    return batch


def _import_row(structure, owner):
    return ImportRow.objects.create(
        structure=structure, batch=_batch(structure, owner), number=2, row_class="created"
    ).pk


def _youth_batch(structure, owner):
    batch, created = YouthImportBatch.objects.get_or_create(
        structure=structure,
        file_name="jeunes.csv",
        defaults={"file_size": 10, "file_digest": "0" * 64, "created_by": owner},
    )
    if created:
        content = b"Nom;Prenom\nRivet;Mael\n"
        YouthImportFile.objects.create(structure=structure, batch=batch, content=content)
    return batch


def _youth_import_row(structure, owner):
    return YouthImportRow.objects.create(
        structure=structure, batch=_youth_batch(structure, owner), number=2, row_class="new"
    ).pk


def _session(structure, owner):
    from allauth.usersessions.models import UserSession

    store = SessionStore()
    store.create()
    return UserSession.objects.create(user=owner, ip="127.0.0.1", session_key=store.session_key, user_agent="").pk


def _passkey(structure, owner):
    from allauth.mfa.models import Authenticator

    data = {"name": "Clé", "credential": {}}
    return Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data=data).pk


def young_person(structure, owner):
    """In the caseload of a counsellor of that structure, when there is one: she opens the file without a word."""
    followers = User.objects.with_role_in([structure.pk], Role.COUNSELLOR)
    return YoungPersonFactory(structure=structure, counsellor=followers.order_by("pk").first())


def _share(structure, owner):
    obstacle = ObstacleFactory(young_person=young_person(structure, owner))
    return ObstacleShare.objects.create(
        structure=structure, obstacle=obstacle, adviser=owner, shared_at=timezone.now()
    ).pk


def opportunity(structure, owner):
    return OpportunityFactory(company=company(structure, owner), managed_by=owner)


def placement(structure, owner):
    """Of somebody who agreed to show her profile, on an immersion."""
    person = young_person(structure, owner)
    person.profile_agreed_on, person.company_profile = timezone.localdate(), "Aime le bois."
    person.save()
    return PlacementFactory(opportunity=opportunity(structure, owner), young_person=person)


def _profile_link(structure, owner):
    return share_profile(placement=placement(structure, owner), by=owner, now=timezone.now())


def recipient(structure, owner):
    """Of a campaign under way, asked and waited for."""
    campaign = CampaignFactory(structure=structure, running=True, owner=owner)
    return RecipientFactory(campaign=campaign, company=company(structure, owner))


def _survey_link(structure, owner):
    row = recipient(structure, owner)
    return draw_links(campaign=row.campaign, recipients=[row], now=timezone.now())[row.pk]


def _message(structure, owner):
    """Nobody knows whether it left."""
    row = recipient(structure, owner)
    return Message.objects.create(
        structure=structure,
        campaign=row.campaign,
        recipient=row,
        letter=row.campaign.letter,
        to_address=row.email,
        state=MessageState.UNCERTAIN,
        state_since=timezone.now(),
        not_before=timezone.now(),
    )


def _suppression(structure):
    return Suppression.objects.create(
        structure=structure, email="ecartee@entreprise.example", reason="bounced", at=timezone.now()
    )


def _commitment(structure, owner):
    answer = give_answer(recipient=recipient(structure, owner), values={"visits": "yes"}, now=timezone.now())
    return answer.commitments.get().pk


def _proposed_change(structure, owner):
    change = propose_company_change(
        company=company(structure, owner), field="phone", proposed="+33254000099", now=timezone.now()
    )
    return change.pk


def _letter(structure):
    return LetterVersionFactory(structure=structure).template


def _print_batch(structure, owner):
    batch = PrintBatch(structure=structure, campaign=recipient(structure, owner).campaign, count=1)
    batch.file.save("lettres.pdf", ContentFile(b"%PDF-1.7"))
    return batch


OBJECTS = {
    "letter": lambda structure, owner: _letter(structure).pk,
    "letter_number": lambda structure, owner: 1,
    "binned_letter": lambda structure, owner: _binned(_letter(structure), owner),
    "print_batch": lambda structure, owner: _print_batch(structure, owner).pk,
    "proposed_change": _proposed_change,
    "commitment": _commitment,
    "campaign": lambda structure, owner: CampaignFactory(structure=structure).pk,
    "binned_campaign": lambda structure, owner: _binned(CampaignFactory(structure=structure), owner),
    "recipient": lambda structure, owner: recipient(structure, owner).pk,
    "message": lambda structure, owner: _message(structure, owner).pk,
    "suppression": lambda structure, owner: _suppression(structure).pk,
    "survey_key": lambda structure, owner: _survey_link(structure, owner).survey_key,
    "unsubscribe_key": lambda structure, owner: _survey_link(structure, owner).unsubscribe_key,
    "survey_section": lambda structure, owner: "emploi",
    "waiting_role": lambda structure, owner: (
        MembershipFactory(structure=structure, role=Role.ADVISER, user=UserFactory(), awaits_approval=True).pk
    ),
    "placement": lambda structure, owner: placement(structure, owner).pk,
    "placement_state": lambda structure, owner: "proposed",
    "profile_link": lambda structure, owner: _profile_link(structure, owner)[0].pk,
    "profile_key": lambda structure, owner: _profile_link(structure, owner)[1],
    "opportunity": lambda structure, owner: opportunity(structure, owner).pk,
    "binned_opportunity": lambda structure, owner: _binned(opportunity(structure, owner), owner),
    "young_person": lambda structure, owner: young_person(structure, owner).pk,
    "binned_young_person": lambda structure, owner: _binned(young_person(structure, owner), owner),
    "file_fact": lambda structure, owner: next(iter(FILE_FACTS)),
    "need": lambda structure, owner: NeedFactory(young_person=young_person(structure, owner)).pk,
    "obstacle": lambda structure, owner: ObstacleFactory(young_person=young_person(structure, owner)).pk,
    "obstacle_share": _share,
    "text": lambda structure, owner: "abc",
    "csv": lambda structure, owner: "csv",
    "row_class": lambda structure, owner: "created",
    "company_field": lambda structure, owner: next(iter(IN_PLACE)),
    "company": lambda structure, owner: company(structure, owner).pk,
    "other_company": lambda structure, owner: company(structure, owner).pk,
    "binned_company": lambda structure, owner: _binned(company(structure, owner), owner),
    "contact": lambda structure, owner: ContactFactory(company=company(structure, owner)).pk,
    "binned_contact": lambda structure, owner: _binned(ContactFactory(company=company(structure, owner)), owner),
    "interaction": lambda structure, owner: InteractionFactory(company=company(structure, owner), by=owner).pk,
    "binned_interaction": lambda structure, owner: _binned(
        InteractionFactory(company=company(structure, owner), by=owner), owner
    ),
    "next_action": lambda structure, owner: NextActionFactory(company=company(structure, owner), assigned_to=owner).pk,
    "tag": lambda structure, owner: TagFactory(structure=structure).pk,
    "kept_list": lambda structure, owner: "companies",
    "saved_view": lambda structure, owner: (
        SavedView.objects.create(structure=structure, owner=owner, listing="companies", name="Vue").pk
    ),
    "duplicate": _pair,
    "merge": _merge,
    "import": lambda structure, owner: _batch(structure, owner).pk,
    "import_row": _import_row,
    "youth_import": lambda structure, owner: _youth_batch(structure, owner).pk,
    "youth_import_row": _youth_import_row,
    "job": lambda structure, owner: Job.objects.create(structure=structure, task="t", title="T", created_by=owner).key,
    "site": lambda structure, owner: SiteFactory(structure=structure).pk,
    "logo": _logo,
    "invitation": lambda structure, owner: _invitation(structure, owner).pk,
    "invitation_key": lambda structure, owner: _invitation(structure, owner).key,
    "member": lambda structure, owner: (
        MembershipFactory(structure=structure, role=Role.ADVISER, user=UserFactory()).user_id
    ),
    "session": _session,
    "passkey": _passkey,
}

WORDS = frozenset(
    {"survey_key", "unsubscribe_key", "survey_section"}
    | {
        "text",
        "kept_list",
        "csv",
        "row_class",
        "company_field",
        "file_fact",
        "invitation_key",
        "placement_state",
        "profile_key",
    }
)
ABSENT = dict.fromkeys(OBJECTS.keys() - WORDS, ABSENT_PK) | {"job": "00000000-0000-4000-8000-000000000000"}
