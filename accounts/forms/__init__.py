from accounts.forms.invitation import AcceptForm, InvitationForm, RolesForm
from accounts.forms.profile import ProfileForm
from accounts.forms.sign_in import (
    AddApplicationForm,
    AddKeyForm,
    ChangePasswordForm,
    CodeForm,
    ConfirmCodeForm,
    ConfirmPasswordForm,
    ForgottenPasswordForm,
    NewPasswordForm,
    RenameKeyForm,
    SignInForm,
)
from accounts.forms.structure import SiteForm, StructureForm

__all__ = [
    "AcceptForm",
    "AddApplicationForm",
    "AddKeyForm",
    "ChangePasswordForm",
    "CodeForm",
    "ConfirmCodeForm",
    "ConfirmPasswordForm",
    "ForgottenPasswordForm",
    "InvitationForm",
    "NewPasswordForm",
    "ProfileForm",
    "RenameKeyForm",
    "RolesForm",
    "SignInForm",
    "SiteForm",
    "StructureForm",
]
