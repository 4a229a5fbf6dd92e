"""What counsellors and advisers write about young people, needs, opportunities and placements.

Slots of the titles: {craft} (« menuiserie »), {label} (the trade as the ROME names it). Nothing that is said of a young
person shows a gender: the same sentences serve everybody.
"""

from core.phases import Phase, SolutionKind
from youth.enums import AbandonReason, ObstacleKind, Outcome

# First names of people born around 2005, as often given as they come.
GIRLS = (
    "Léa", "Manon", "Inès", "Chloé", "Camille", "Emma", "Sarah", "Océane", "Clara", "Marie", "Jade", "Lola", "Anaïs",
    "Louise", "Mathilde", "Lisa", "Noémie", "Yasmine", "Romane", "Maëlys", "Fatou", "Pauline", "Élise", "Nour",
    "Justine", "Eva", "Margaux", "Aïcha", "Laura", "Ambre", "Zoé", "Solène", "Mariam", "Juliette", "Célia", "Agathe",
)  # fmt: skip
BOYS = (
    "Lucas", "Théo", "Hugo", "Nathan", "Mathis", "Maël", "Tom", "Yanis", "Clément", "Antoine", "Rayan", "Alexis",
    "Noah", "Adrien", "Maxime", "Ilyes", "Quentin", "Bastien", "Mehdi", "Dylan", "Romain", "Louis", "Killian", "Samuel",
    "Mamadou", "Valentin", "Ethan", "Simon", "Paul", "Ismaël", "Corentin", "Tristan", "Jules", "Adam", "Enzo",
)  # fmt: skip
STRENGTHS = (
    "Se lève tôt sans difficulté, a tenu six semaines de chantier école sans une absence.",
    "Pose des questions, note ce qu’on lui montre. Très à l’aise de ses mains.",
    "Parle facilement aux gens. A aidé deux étés sur le marché.",
    "Sait se servir d’un ordinateur, apprend vite les logiciels.",
    "A le permis B et une voiture depuis le printemps.",
    "Supporte bien le travail dehors, l’hiver compris.",
    "Calme, on peut compter sur sa parole. S’occupe de ses frères et sœurs depuis longtemps.",
    "Connaît déjà le métier par la famille : n’idéalise rien.",
    "Travail soigné, termine ce qui est commencé.",
    "A passé le SST et le PRAP pendant la Garantie.",
    "Sait travailler en équipe : huit ans de sport collectif.",
)
VULNERABILITIES = (
    "Perd confiance à la première remarque : dire d’abord ce qui va.",
    "Oublie les rendez-vous pris loin à l’avance ; un message la veille suffit.",
    "Lit lentement : préférer une démonstration à une consigne écrite.",
    "N’a jamais travaillé avec des horaires fixes.",
    "Ose peu téléphoner. Préparer ensemble le premier appel.",
    "A quitté une formation l’an dernier et craint que cela se reproduise.",
    "Parle peu devant un groupe, bien en tête-à-tête.",
)
PROFILES = (
    "Aime le concret et voir le résultat de sa journée. Deux semaines déjà passées dans un atelier.",
    "Ponctualité, envie d’apprendre, bonne endurance. Cherche une équipe qui prend le temps de montrer.",
    "À l’aise avec le public, sourire et patience. Une première expérience de vente pendant l’été.",
    "Bricole depuis toujours, sait lire un plan simple. Disponible tout de suite.",
    "Sérieux, discrétion, goût du travail bien fait. Veut en faire son métier et commencer par une période d’essai.",
    "Se déplace à vélo dans toute l’agglomération, accepte les horaires décalés.",
    "A découvert ce métier lors d’une visite d’entreprise et n’en démord plus. Envie de tout apprendre.",
    "Bonne mémoire, calme dans l’urgence. A suivi une préparation de trois mois aux métiers du soin.",
    "Permis B, véhicule, carnet d’adresses de chantiers faits en famille. Cherche un contrat d’apprentissage.",
    "Aime être dehors, ne craint ni la pluie ni le froid. Deux saisons de maraîchage.",
)
OBSTACLES = {
    ObstacleKind.MOBILITY: (
        "Ni permis ni véhicule ; le car passe deux fois par jour.",
        "Permis suspendu jusqu’au printemps, vélo prêté par un voisin.",
        "Code obtenu, attend une place en auto-école solidaire.",
    ),
    ObstacleKind.HOUSING: (
        "Chez des amis depuis l’été, dossier déposé au foyer de jeunes travailleurs.",
        "Quitte le domicile familial en fin de mois.",
    ),
    ObstacleKind.HEALTH_ACCESS: (
        "Pas de médecin déclaré ; rendez-vous pris avec le point santé.",
        "Complémentaire à demander.",
    ),
    ObstacleKind.CHILDCARE: (
        "Un enfant de deux ans, place en crèche trois jours par semaine.",
        "Sans solution avant 9 heures le matin.",
    ),
    ObstacleKind.DIGITAL: (
        "Téléphone sans forfait de données ; pas d’ordinateur à la maison.",
        "Demande de l’aide pour chaque démarche en ligne.",
    ),
    ObstacleKind.ADMINISTRATIVE: (
        "Carte d’identité à renouveler, rendez-vous en mairie pris.",
        "Compte en banque à ouvrir avant le premier salaire.",
    ),
    ObstacleKind.FRENCH: (
        "Comprend bien, écrit avec peine. Atelier le mardi.",
        "Parle couramment, lit avec peine les consignes longues.",
    ),
    ObstacleKind.MONEY: (
        "Pas de ressources avant l’allocation du mois prochain.",
        "Ne peut pas avancer l’achat des chaussures de sécurité.",
    ),
}
PATHWAY_NOTES = {
    2: "A vu trois métiers, veut vérifier celui-là.",
    3: "Le projet tient : cherche un employeur pour se former.",
    4: "Le métier est appris, place au premier emploi.",
}
LEAVING_NOTES = {
    Outcome.PERMANENT: "Signé après deux mois d’essai.",
    Outcome.FIXED_LONG: "Contrat d’un an, renouvelable.",
    Outcome.FIXED_SHORT: "Saison de quatre mois, reviendra peut-être nous voir.",
    Outcome.APPRENTICESHIP: "Entrée au centre de formation, contrat signé.",
    Outcome.TRAINING: "Entrée en formation qualifiante.",
    Outcome.OTHER: "A quitté le département.",
}

NEED_WORDS = (
    "travailler avec des animaux",
    "quelque chose dehors",
    "un métier où l’on ne reste pas assis",
    "voir ce qui se fait dans une usine",
    "aider des personnes âgées",
    "métiers du bois, à voir",
)
NEED_COMMENTS = {
    Phase.DISCOVERY: (
        "N’a vu ce métier qu’en vidéo : voudrait parler à quelqu’un qui l’exerce.",
        "Hésite entre deux métiers. Une demi-journée suffirait.",
        "N’a jamais mis les pieds dans une entreprise.",
        "Voudrait rencontrer une femme qui exerce ce métier.",
    ),
    Phase.VALIDATION: (
        "Une à deux semaines, avant de demander la formation.",
        "A aimé la visite ; veut tenir une vraie journée de travail.",
        "Préparer ensemble les horaires et les trajets.",
        "Immersion à finir avant l’entretien du centre de formation.",
    ),
    Phase.APPRENTICESHIP: (
        "Admission au centre de formation sous réserve d’un contrat.",
        "CAP en deux ans ; peut commencer en cours d’année.",
        "A envoyé douze candidatures, une réponse.",
        "Accepte de loger en semaine près de l’entreprise.",
    ),
    Phase.JOB: (
        "Temps plein de préférence, accepte de commencer par un contrat court.",
        "Disponible tout de suite, permis B.",
        "Cherche un temps partiel compatible avec la garde de son enfant.",
    ),
}
ABANDONED = {
    AbandonReason.PROJECT_CHANGED: "Veut maintenant essayer un autre métier.",
    AbandonReason.FOUND_ALONE: "A trouvé par un voisin.",
    AbandonReason.UNAVAILABLE: "En formation jusqu’à l’été.",
    AbandonReason.UNREACHABLE: "Trois messages sans réponse.",
}

# What an opportunity is called.
TITLES = {
    SolutionKind.COMPANY_VISIT: "Visite de l’entreprise ({craft})",
    SolutionKind.PROFESSIONAL_TALK: "Rencontre avec un professionnel ({craft})",
    SolutionKind.APPRENTICE_TALK: "Échange avec une apprentie ({craft})",
    SolutionKind.PERSONAL_WELCOME: "Accueil d’une demi-journée ({craft})",
    SolutionKind.INFORMATION_MEETING: "Petit-déjeuner des métiers ({craft})",
    SolutionKind.TALK_TO_YOUTH: "Intervention devant un groupe ({craft})",
    SolutionKind.FORUM: "Job dating ({craft})",
    SolutionKind.IMMERSION_DISCOVER: "Immersion découverte ({craft})",
    SolutionKind.IMMERSION_CONFIRM: "Immersion de confirmation ({craft})",
    SolutionKind.IMMERSION_RECRUIT: "Immersion avant embauche ({craft})",
    SolutionKind.INTERNSHIP: "Stage de deux semaines ({craft})",
    SolutionKind.SHORT_MISSION: "Mission courte ({craft})",
    SolutionKind.APPRENTICESHIP: "Apprentissage\u00a0: {label}",
    SolutionKind.PROFESSIONALISATION: "Contrat de professionnalisation\u00a0: {label}",
    SolutionKind.PREPARATION: "Préparation à l’apprentissage ({craft})",
    SolutionKind.PERMANENT: "CDI\u00a0: {label}",
    SolutionKind.FIXED_LONG: "CDD d’un an\u00a0: {label}",
    SolutionKind.FIXED_SHORT: "CDD de quatre mois\u00a0: {label}",
    SolutionKind.SUBSIDISED: "Contrat aidé\u00a0: {label}",
    SolutionKind.INTEGRATION: "Contrat d’insertion\u00a0: {label}",
}
DESCRIPTIONS = {
    Phase.DISCOVERY: (
        "Tour des postes de travail, puis questions autour d’un café. Chaussures fermées.",
        "Le métier raconté par celles et ceux qui le font, sans détour sur ce qui est difficile.",
    ),
    Phase.VALIDATION: (
        "Aux côtés d’un ouvrier expérimenté : préparation, pose, nettoyage du poste.",
        "Toutes les tâches du métier, en double, avec un point en fin de semaine.",
    ),
    Phase.APPRENTICESHIP: (
        "CAP en deux ans. Maître d’apprentissage présent chaque jour, outillage fourni.",
        "L’entreprise forme depuis dix ans ; deux anciens apprentis y travaillent.",
    ),
    Phase.JOB: (
        "Équipe de six, prise de poste progressive la première semaine.",
        "Poste ouvert à une personne débutante, formation sur place.",
    ),
}
SCHEDULES = (
    "Du lundi au vendredi, 8 h – 12 h et 13 h 30 – 16 h 30",
    "Du mardi au samedi, 7 h – 14 h",
    "Horaires variables selon le planning, deux jours de repos de suite",
    "35 heures, une semaine sur deux le matin",
)
CONDITIONS = (
    "Tenue fournie, repas sur place.",
    "Chaussures de sécurité à prévoir, prêt possible.",
    "Covoiturage possible depuis la gare.",
    "Station debout toute la journée.",
)
# (as the company first said it, as it says it now, the change in few words: read on the board)
CRITERIA = (
    ("Permis B et véhicule", "Permis souhaité, covoiturage avec un collègue possible", "permis non exigé"),
    ("Un an d’expérience", "Débutants acceptés après une immersion", "débutants acceptés"),
    ("18 ans révolus", "16 ans, hors machines dangereuses", "dès 16 ans"),
    ("Niveau bac", "Savoir lire une fiche de travail", "diplôme non exigé"),
    ("Disponible tout de suite", "Disponible sous un mois", "départ sous un mois accepté"),
)
NEGOTIABLE = (
    "Les horaires du lundi, la durée.",
    "Le permis, si quelqu’un peut être pris au passage.",
    "La date de début.",
    "L’expérience, si une immersion se passe bien.",
)
REFUSED = (
    ("discrimination", "Demandait « plutôt un garçon »."),
    ("safety", "Aucun équipement de protection, machine sans carter."),
    ("substitution", "Troisième demande d’immersion pour le même poste vacant."),
    ("no_tutor", "Personne sur place les trois quarts du temps."),
    ("conditions", "Heures du dimanche non payées."),
    ("criteria", "Bac + 2 exigé pour du rangement, rien à négocier."),
)
WITHDRAWN = (
    ("filled_elsewhere", "Embauche d’un voisin de l’atelier."),
    ("activity", "Chantier reporté au printemps."),
    ("budget", "Aide refusée par l’assureur formation."),
    ("no_tutor", "Le maître d’apprentissage est parti."),
    ("experience", "Accueil précédent difficile, veut souffler."),
)
# What for, kind, months, NAF codes of the companies that ask.
SEASONS = (
    ("Renforts de récolte", SolutionKind.FIXED_SHORT, (5, 6, 7, 8, 9), ("01.13Z", "01.30Z")),
    ("Saison au camping", SolutionKind.FIXED_SHORT, (4, 5, 6, 7, 8, 9), ("55.30Z", "55.10Z")),
    ("Renforts en salle et en cuisine", SolutionKind.FIXED_SHORT, (6, 7, 8), ("56.10A", "56.30Z")),
    ("Plantations d’hiver", SolutionKind.SHORT_MISSION, (11, 12, 1, 2), ("81.30Z", "02.20Z")),
    ("Fêtes de fin d’année en boutique", SolutionKind.FIXED_SHORT, (11, 12), ("10.71C", "47.71Z", "47.76Z")),
)

PREPARATION_YOUTH = (
    "Trajet répété ensemble. Sait quoi répondre sur ses absences de l’an dernier.",
    "CV relu, trois questions préparées sur le métier.",
    "Tenue vue ensemble, adresse et nom de la personne notés dans le téléphone.",
)
PREPARATION_COMPANY = (
    "Prévenue que la première heure est intimidante : commencer par le tour de l’atelier.",
    "La personne qui accueille a son numéro et le nôtre.",
    "D’accord pour montrer plutôt que donner une feuille à lire.",
)
# By whom, why, in whose words.
REFUSALS = (
    ("company", "other_candidate", "A pris une personne déjà venue en immersion."),
    ("company", "profile", "Attendait davantage d’expérience ; reste ouverte à une immersion."),
    ("company", "no_answer", "Trois appels sans réponse."),
    ("young_person", "mobility", "Trop loin sans voiture."),
    ("young_person", "schedule", "Horaires du soir impossibles avec la garde."),
    ("young_person", "project", "Après la visite, préfère un autre métier."),
    ("young_person", "no_show", "Absence à la rencontre, explication donnée ensuite."),
)
BREAKS = (
    ("young_person", "work", "Le métier ne convient pas : trop de bruit."),
    ("company", "absence", "Trois retards la première semaine."),
    ("both", "relation", "Malentendu avec le tuteur, fin décidée ensemble."),
    ("young_person", "better", "A signé un contrat plus long ailleurs."),
)
ENDINGS = (
    "Bilan très bon, l’entreprise reprendrait volontiers.",
    "A tenu jusqu’au bout ; sait maintenant ce que le métier demande.",
    "Bilan partagé à trois. Envie confirmée.",
    "",
)
IMMERSION_TASKS = (
    "Préparer le matériel, aider à la pose, ranger le poste, accueillir un client avec le tuteur.",
    "Observer le premier jour, puis aider sur chaque tâche simple du métier.",
    "Suivre la même équipe toute la période, tenir un carnet de ce qui est appris.",
)
OPENING_REASONS = ("Remplace Karim en congé", "Réunion d’équipe", "Appel reçu à l’accueil", "Préparation du bilan")
