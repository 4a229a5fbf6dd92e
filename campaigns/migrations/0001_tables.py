import datetime

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import campaigns.models.recipient
import core.states
import core.tokens


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_approval"),
        ("companies", "0010_solicitations"),
        ("core", "0005_periodic_runs"),
        ("opportunities", "0005_list_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="mise à la corbeille le"),
                ),
                ("name", models.CharField(max_length=100, verbose_name="nom")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("letter", "Lettre du pacte"),
                            ("unopened", "Relance\xa0: lien jamais ouvert"),
                            ("begun", "Relance\xa0: réponse commencée"),
                            ("unanswered", "Relance\xa0: ouvert, sans réponse"),
                        ],
                        default="letter",
                        max_length=12,
                        verbose_name="sert à",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ajouté le")),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="version")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="mise à la corbeille par",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "modèle de lettre",
                "verbose_name_plural": "modèles de lettre",
            },
        ),
        migrations.CreateModel(
            name="LetterVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("subject", models.CharField(max_length=150, verbose_name="objet de l’e-mail")),
                ("headline", models.CharField(max_length=150, verbose_name="titre")),
                ("body", models.TextField(max_length=6000, verbose_name="texte")),
                ("closing", models.TextField(blank=True, max_length=500, verbose_name="formule de fin")),
                ("signatory", models.CharField(blank=True, max_length=150, verbose_name="signée par")),
                ("signatory_title", models.CharField(blank=True, max_length=150, verbose_name="qualité")),
                ("created_at", models.DateTimeField(verbose_name="écrite le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="campaigns.lettertemplate",
                    ),
                ),
            ],
            options={
                "verbose_name": "version de lettre",
                "verbose_name_plural": "versions de lettre",
            },
        ),
        migrations.CreateModel(
            name="Campaign",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deleted_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="mise à la corbeille le"),
                ),
                ("name", models.CharField(max_length=100, verbose_name="nom")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Par e-mail"),
                            ("post", "Par la poste"),
                            ("both", "Par e-mail et par la poste"),
                        ],
                        default="email",
                        max_length=5,
                        verbose_name="envoi",
                    ),
                ),
                ("audience_query", models.CharField(blank=True, max_length=1000, verbose_name="filtres de l’audience")),
                ("audience_label", models.CharField(blank=True, max_length=200, verbose_name="audience")),
                ("answer_by", models.DateField(blank=True, null=True, verbose_name="réponse attendue avant le")),
                (
                    "first_relaunch_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="première relance après (jours ouvrés)"
                    ),
                ),
                (
                    "second_relaunch_days",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="seconde relance après (jours ouvrés)"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("to_approve", "À approuver"),
                            ("scheduled", "Programmée"),
                            ("running", "En cours"),
                            ("paused", "En pause"),
                            ("ended", "Terminée"),
                            ("stopped", "Arrêtée"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="dans cet état depuis")),
                (
                    "send_at",
                    models.DateTimeField(
                        blank=True, help_text="vide\xa0: dès que possible", null=True, verbose_name="envoi le"
                    ),
                ),
                ("launched_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="lancée le")),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="terminée le")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approuvée le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créée le")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approuvée par",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deleted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="mise à la corbeille par",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="campaigns",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="menée par",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "begun_text",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.letterversion",
                        verbose_name="relance\xa0: réponse commencée",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.letterversion",
                        verbose_name="lettre",
                    ),
                ),
                (
                    "unanswered_text",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.letterversion",
                        verbose_name="relance\xa0: ouvert, sans réponse",
                    ),
                ),
                (
                    "unopened_text",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.letterversion",
                        verbose_name="relance\xa0: lien jamais ouvert",
                    ),
                ),
            ],
            options={
                "verbose_name": "campagne",
                "verbose_name_plural": "campagnes",
            },
            bases=(core.states.StateMixin, models.Model),
        ),
        migrations.CreateModel(
            name="PrintBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Lettre"), (1, "Première relance"), (2, "Seconde relance")],
                        default=0,
                        verbose_name="étape",
                    ),
                ),
                ("file", models.FileField(blank=True, upload_to="letters/", verbose_name="PDF")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="lettres")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="pages")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="demandé le")),
                ("posted_at", models.DateTimeField(blank=True, null=True, verbose_name="postées le")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="print_batches",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="core.job",
                    ),
                ),
                (
                    "posted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "lettres à imprimer",
                "verbose_name_plural": "lettres à imprimer",
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "Par e-mail"),
                            ("post", "Par la poste"),
                            ("both", "Par e-mail et par la poste"),
                        ],
                        max_length=5,
                        verbose_name="envoi",
                    ),
                ),
                (
                    "exclusion",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_email", "Pas d’adresse e-mail"),
                            ("no_address", "Pas d’adresse postale"),
                            ("opted_out", "Ne veut plus d’e-mails"),
                            ("suppressed", "Adresse qui refuse nos messages"),
                            ("answered_lately", "A répondu récemment"),
                            ("asked_too_often", "Sollicitée trop souvent"),
                            ("duplicate", "Doublon d’une autre de la liste"),
                            ("watch", "En veille"),
                            ("missing_field", "Il manque de quoi remplir la lettre"),
                            ("by_hand", "Retirée par une personne"),
                        ],
                        max_length=16,
                        verbose_name="pas sollicitée\xa0:",
                    ),
                ),
                ("exclusion_note", models.CharField(blank=True, max_length=300, verbose_name="précision")),
                (
                    "reference",
                    models.CharField(
                        default=campaigns.models.recipient.new_reference,
                        editable=False,
                        max_length=9,
                        verbose_name="référence",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "À solliciter"),
                            ("asked", "Sollicitée"),
                            ("answered", "A répondu"),
                            ("declined", "Ne souhaite pas participer"),
                            ("opted_out", "Désinscrite"),
                            ("bounced", "Adresse refusée"),
                            ("stopped", "Arrêtée par nous"),
                            ("unanswered", "Sans réponse à l’échéance"),
                        ],
                        default="planned",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="dans cet état depuis")),
                ("asked_at", models.DateTimeField(blank=True, null=True, verbose_name="sollicitée le")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="questionnaire ouvert le")),
                ("begun_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse commencée le")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="réponse donnée le")),
                ("held_at", models.DateTimeField(blank=True, null=True, verbose_name="relances retenues le")),
                ("held_note", models.CharField(blank=True, max_length=200, verbose_name="pourquoi")),
                ("phone_listed_at", models.DateTimeField(blank=True, null=True, verbose_name="à appeler depuis le")),
                ("call_back_on", models.DateField(blank=True, null=True, verbose_name="rappeler le")),
                ("phone_ended_at", models.DateTimeField(blank=True, null=True, verbose_name="appels terminés le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ajoutée le")),
                (
                    "adviser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="suivie par",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recipients", to="campaigns.campaign"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campaign_recipients",
                        to="companies.company",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="companies.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "held_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "destinataire",
                "verbose_name_plural": "destinataires",
            },
            bases=(core.states.StateMixin, models.Model),
        ),
        migrations.CreateModel(
            name="PrintedLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Lettre"), (1, "Première relance"), (2, "Seconde relance")],
                        default=0,
                        verbose_name="étape",
                    ),
                ),
                ("first_page", models.PositiveIntegerField(verbose_name="première page")),
                ("pages", models.PositiveSmallIntegerField(verbose_name="pages")),
                ("posted_at", models.DateTimeField(blank=True, null=True, verbose_name="postée le")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="campaigns.printbatch"
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.letterversion"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="printed_letters",
                        to="campaigns.recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "lettre imprimée",
                "verbose_name_plural": "lettres imprimées",
            },
        ),
        migrations.CreateModel(
            name="PhoneCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("commits", "S’engage\xa0: réponse notée"),
                            ("interested", "Intéressée\xa0: répondra en ligne"),
                            ("call_back", "À rappeler"),
                            ("message", "Message laissé"),
                            ("no_answer", "Sans réponse"),
                            ("wrong_number", "Mauvais numéro"),
                            ("refuses", "Ne souhaite pas participer"),
                        ],
                        max_length=12,
                        verbose_name="issue",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                ("call_back_on", models.DateField(blank=True, null=True, verbose_name="rappeler le")),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="calls", to="campaigns.recipient"
                    ),
                ),
            ],
            options={
                "verbose_name": "appel de campagne",
                "verbose_name_plural": "appels de campagne",
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Lettre"), (1, "Première relance"), (2, "Seconde relance")],
                        default=0,
                        verbose_name="étape",
                    ),
                ),
                ("to_address", models.EmailField(max_length=254, verbose_name="adresse")),
                ("subject", models.CharField(blank=True, max_length=200, verbose_name="objet")),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("html", models.TextField(blank=True, verbose_name="page")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "En attente"),
                            ("sending", "Envoi en cours"),
                            ("sent", "Envoyé"),
                            ("failed", "En échec"),
                            ("uncertain", "Incertain"),
                            ("cancelled", "Annulé"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("state_since", models.DateTimeField(verbose_name="dans cet état depuis")),
                ("prepared_at", models.DateTimeField(blank=True, null=True, verbose_name="préparé le")),
                ("not_before", models.DateTimeField(verbose_name="pas avant le")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("leased_until", models.DateTimeField(blank=True, null=True, verbose_name="tenu jusqu’à")),
                ("leased_by", models.CharField(blank=True, max_length=80, verbose_name="tenu par")),
                ("message_id", models.CharField(blank=True, max_length=200, verbose_name="Message-ID")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                (
                    "server_code",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="code du serveur"),
                ),
                ("server_answer", models.CharField(blank=True, max_length=500, verbose_name="réponse du serveur")),
                ("bounced_at", models.DateTimeField(blank=True, null=True, verbose_name="revenu le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="campaigns.campaign"
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="companies.contact",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.letterversion",
                        verbose_name="texte",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="campaigns.recipient"
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
            },
            bases=(core.states.StateMixin, models.Model),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("survey_version", models.PositiveSmallIntegerField(default=1, verbose_name="version de l’enquête")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="commentaire")),
                (
                    "state",
                    models.CharField(
                        choices=[("begun", "Commencée"), ("given", "Donnée")],
                        default="begun",
                        max_length=6,
                        verbose_name="état",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "En ligne"), ("paper", "Sur papier"), ("phone", "Par téléphone")],
                        default="online",
                        max_length=6,
                        verbose_name="reçue",
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="commencée le")),
                ("given_at", models.DateTimeField(blank=True, null=True, verbose_name="donnée le")),
                ("version", models.PositiveIntegerField(default=1, editable=False, verbose_name="version")),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saisie par",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
                (
                    "recipient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answer", to="campaigns.recipient"
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse",
                "verbose_name_plural": "réponses",
            },
        ),
        migrations.CreateModel(
            name="SendingSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "needs_approval",
                    models.BooleanField(
                        default=False, verbose_name="un responsable approuve chaque campagne d’un conseiller"
                    ),
                ),
                ("sender_name", models.CharField(blank=True, max_length=100, verbose_name="nom de l’expéditeur")),
                ("sender_email", models.EmailField(blank=True, max_length=254, verbose_name="adresse de l’expéditeur")),
                ("per_minute", models.PositiveIntegerField(default=60, verbose_name="messages par minute")),
                (
                    "per_domain_per_minute",
                    models.PositiveIntegerField(default=20, verbose_name="par minute vers un même domaine"),
                ),
                ("opens_at", models.TimeField(default=datetime.time(8, 30), verbose_name="à partir de")),
                ("closes_at", models.TimeField(default=datetime.time(18, 0), verbose_name="jusqu’à")),
                (
                    "answered_lately_days",
                    models.PositiveSmallIntegerField(
                        default=180, verbose_name="ne pas solliciter celles qui ont répondu depuis moins de (jours)"
                    ),
                ),
                (
                    "clock_working_days",
                    models.PositiveSmallIntegerField(
                        default=5, verbose_name="jours ouvrés pour donner suite à une réponse"
                    ),
                ),
                ("signature", models.ImageField(blank=True, upload_to="signatures/", verbose_name="signature")),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "réglages des envois",
                "verbose_name_plural": "réglages des envois",
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("opted_out", "La personne s’est désinscrite"),
                            ("bounced", "L’adresse n’existe pas ou refuse nos messages"),
                            ("complained", "La personne a signalé le message comme indésirable"),
                            ("by_hand", "Ajoutée par une personne"),
                        ],
                        max_length=12,
                        verbose_name="raison",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="précision")),
                ("at", models.DateTimeField(verbose_name="le")),
                ("lifted_at", models.DateTimeField(blank=True, null=True, verbose_name="levée le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "adresse écartée",
                "verbose_name_plural": "adresses écartées",
            },
        ),
        migrations.CreateModel(
            name="SurveyLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "seed",
                    models.CharField(
                        default=core.tokens.new_seed, editable=False, max_length=32, verbose_name="graine"
                    ),
                ),
                (
                    "survey_digest",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="empreinte du lien"),
                ),
                (
                    "unsubscribe_digest",
                    models.CharField(
                        editable=False, max_length=64, unique=True, verbose_name="empreinte du désabonnement"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="annulé le")),
                ("created_at", models.DateTimeField(verbose_name="créé le")),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="campaigns.recipient"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien vers l’enquête",
                "verbose_name_plural": "liens vers l’enquête",
            },
        ),
        migrations.CreateModel(
            name="AnswerVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="réponses")),
                ("comment", models.TextField(blank=True, verbose_name="commentaire")),
                (
                    "channel",
                    models.CharField(
                        choices=[("online", "En ligne"), ("paper", "Sur papier"), ("phone", "Par téléphone")],
                        max_length=6,
                        verbose_name="reçue",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="campaigns.answer"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "version d’une réponse",
                "verbose_name_plural": "versions d’une réponse",
                "constraints": [models.UniqueConstraint(fields=("answer", "number"), name="answer_version_unique")],
            },
        ),
        migrations.CreateModel(
            name="CampaignMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "En préparation"),
                            ("to_approve", "À approuver"),
                            ("scheduled", "Programmée"),
                            ("running", "En cours"),
                            ("paused", "En pause"),
                            ("ended", "Terminée"),
                            ("stopped", "Arrêtée"),
                        ],
                        max_length=10,
                        verbose_name="de",
                    ),
                ),
                (
                    "to_state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("to_approve", "À approuver"),
                            ("scheduled", "Programmée"),
                            ("running", "En cours"),
                            ("paused", "En pause"),
                            ("ended", "Terminée"),
                            ("stopped", "Arrêtée"),
                        ],
                        max_length=10,
                        verbose_name="à",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="précision")),
                ("at", models.DateTimeField(verbose_name="le")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="campaigns.campaign"
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "changement d’état de campagne",
                "verbose_name_plural": "changements d’état de campagne",
                "indexes": [models.Index(fields=["campaign", "at"], name="campaign_move_idx")],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=20, verbose_name="question")),
                ("phase", models.PositiveSmallIntegerField(verbose_name="phase")),
                ("made_at", models.DateTimeField(verbose_name="le")),
                ("due_on", models.DateField(verbose_name="à reprendre avant le")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="reprise le")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
                (
                    "adviser",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="commitments", to="campaigns.answer"
                    ),
                ),
                (
                    "opportunity",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="commitment",
                        to="opportunities.opportunity",
                    ),
                ),
                (
                    "structure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.structure",
                        verbose_name="structure",
                    ),
                ),
            ],
            options={
                "verbose_name": "engagement",
                "verbose_name_plural": "engagements",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["structure", "due_on"],
                        name="commitment_due_idx",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("answer", "question"), name="commitment_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="letter_template_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="lettertemplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("deleted_at", None)),
                fields=("structure", "name"),
                name="letter_template_name_unique",
                violation_error_message="Un modèle porte déjà ce nom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterversion",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="letter_version_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="letterversion",
            constraint=models.UniqueConstraint(fields=("template", "number"), name="letter_version_number_unique"),
        ),
        migrations.AddIndex(
            model_name="campaign",
            index=models.Index(fields=["structure", "state", "-created_at"], name="campaign_list_idx"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="campaign_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("first_relaunch_days", None), ("first_relaunch_days__range", (1, 60)), _connector="OR"
                ),
                name="campaign_first_relaunch",
                violation_error_message="Une relance part au plus tôt un jour ouvré après, et au plus tard 60.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("second_relaunch_days", None),
                    models.Q(("first_relaunch_days__isnull", False), ("second_relaunch_days__range", (1, 60))),
                    _connector="OR",
                ),
                name="campaign_second_relaunch",
                violation_error_message="La seconde relance suit la première, d’un jour ouvré au moins.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "scheduled"), _negated=True), ("send_at__isnull", False), _connector="OR"
                ),
                name="campaign_scheduled_has_hour",
                violation_error_message="Dites quand l’envoi part.",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("launched_at__isnull", False), ("state__in", ("running", "paused", "ended", "stopped"))),
                    models.Q(
                        ("launched_at", None), models.Q(("state__in", ("running", "paused", "ended")), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="campaign_launch_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("launched_at", None),
                    models.Q(("answer_by__isnull", False), ("letter__isnull", False)),
                    _connector="OR",
                ),
                name="campaign_launched_has_letter",
                violation_error_message="Choisissez une lettre et une date de réponse.",
            ),
        ),
        migrations.AddIndex(
            model_name="printbatch",
            index=models.Index(fields=["campaign", "-created_at"], name="print_batch_campaign_idx"),
        ),
        migrations.AddConstraint(
            model_name="printbatch",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="print_batch_structure_id_unique"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["campaign", "state", "id"], name="recipient_state_idx"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["campaign", "exclusion"], name="recipient_exclusion_idx"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(fields=["company", "-id"], name="recipient_company_idx"),
        ),
        migrations.AddIndex(
            model_name="recipient",
            index=models.Index(
                condition=models.Q(("phone_ended_at", None), ("phone_listed_at__isnull", False)),
                fields=["structure", "call_back_on"],
                name="recipient_phone_idx",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="recipient_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                fields=("campaign", "company"),
                name="recipient_company_once",
                violation_error_message="Cette entreprise est déjà dans la campagne.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(fields=("structure", "reference"), name="recipient_reference_unique"),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.UniqueConstraint(
                models.F("campaign"),
                django.db.models.functions.text.Lower("email"),
                condition=models.Q(("exclusion", ""), models.Q(("email", ""), _negated=True)),
                name="recipient_address_once",
                violation_error_message="Cette adresse reçoit déjà la campagne pour une autre entreprise.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "answered"), _negated=True), ("answered_at__isnull", False), _connector="OR"
                ),
                name="recipient_answer_dated",
            ),
        ),
        migrations.AddIndex(
            model_name="printedletter",
            index=models.Index(fields=["recipient", "step"], name="printed_letter_recipient_idx"),
        ),
        migrations.AddConstraint(
            model_name="printedletter",
            constraint=models.UniqueConstraint(fields=("batch", "recipient"), name="printed_letter_once"),
        ),
        migrations.AddIndex(
            model_name="phonecall",
            index=models.Index(fields=["recipient", "-at"], name="phone_call_idx"),
        ),
        migrations.AddConstraint(
            model_name="phonecall",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("outcome", "call_back"), _negated=True), ("call_back_on__isnull", False), _connector="OR"
                ),
                name="phone_call_back_dated",
                violation_error_message="Dites quel jour rappeler.",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["structure", "not_before", "id"],
                name="message_queue_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state", "sending")), fields=["leased_until"], name="message_sending_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["campaign", "step", "state"], name="message_campaign_idx"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["structure", "sent_at"], name="message_rate_idx"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(("message_id", ""), _negated=True), fields=["message_id"], name="message_id_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="message_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("campaign", "step", "contact"), name="message_contact_once"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.UniqueConstraint(fields=("recipient", "step"), name="message_recipient_once"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "sent"), ("sent_at__isnull", False)),
                    models.Q(("state", "sent"), _negated=True),
                    _connector="OR",
                ),
                name="message_sent_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("structure", "id"), name="answer_structure_id_unique"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("given_at", None), ("state", "begun")),
                    models.Q(("given_at__isnull", False), ("state", "given")),
                    _connector="OR",
                ),
                name="answer_given_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingsettings",
            constraint=models.UniqueConstraint(fields=("structure",), name="sending_settings_one"),
        ),
        migrations.AddConstraint(
            model_name="sendingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens_at__lt", models.F("closes_at"))),
                name="sending_settings_hours_in_order",
                violation_error_message="L’heure de fin vient après l’heure de début.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_domain_per_minute__range", (1, 6000)), ("per_minute__range", (1, 6000))),
                name="sending_settings_rates",
                violation_error_message="Entre 1 et 6\u202f000 messages par minute.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sendingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("clock_working_days__range", (1, 60))),
                name="sending_settings_clock",
                violation_error_message="Entre 1 et 60 jours ouvrés.",
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at", None)), fields=("structure", "email"), name="suppression_one_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="suppression",
            constraint=models.CheckConstraint(
                condition=models.Q(("email", django.db.models.functions.text.Lower("email"))),
                name="suppression_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="surveylink",
            constraint=models.UniqueConstraint(
                condition=models.Q(("revoked_at", None)), fields=("recipient",), name="survey_link_one_standing"
            ),
        ),
    ]
