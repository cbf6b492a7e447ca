"""Sign-in with Google: OpenID Connect, for the hosted domains only, keyed on Google's `sub`.

The facts that decide (who, which domain, verified or not) are read from the verified ID token; the
userinfo answer adds the name only. Addresses come from the provider's discovery document, so that
the demo's local provider stands in for Google by this same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpResponse
from social_core.backends.google_openidconnect import GoogleOpenIdConnect
from social_core.exceptions import AuthResponseError

from backoffice.accounts.models import Staff
from backoffice.accounts.refusals import EmailUnverified, OutsideDomain

GOOGLE_ISSUER = "https://accounts.google.com"
_SUBJECT_LENGTH = 255  # Google's own limit for `sub`


class GoogleSignIn(GoogleOpenIdConnect[HttpResponse]):
    """The one way in. Blank addresses make social-auth take them from discovery."""

    name = "google"
    AUTHORIZATION_URL = ACCESS_TOKEN_URL = REVOKE_TOKEN_URL = ID_TOKEN_ISSUER = ""
    DEFAULT_USE_PKCE = True
    # Who was refused with one account can choose another.
    PROMPT = "select_account"

    def oidc_endpoint(self) -> str:
        return settings.GOOGLE_OIDC_ENDPOINT.rstrip("/")

    def get_key_and_secret(self) -> tuple[str, str]:
        return settings.GOOGLE_CLIENT_ID, settings.GOOGLE_CLIENT_SECRET

    def oidc_config(self) -> dict[str, Any]:
        """The discovery document; one that speaks for another issuer is refused and forgotten."""
        config: dict[str, Any] = super().oidc_config()
        if config.get("issuer") != self.oidc_endpoint():
            self.get_openid_configuration.invalidate(self, self.oidc_config_url())
            raise AuthResponseError(self, "issuer", code="invalid_claim", claim="issuer")
        return config

    def id_token_issuer(self) -> str:
        """Who may have issued the token: Google writes its own name with and without https."""
        issuer = super().id_token_issuer()
        if issuer != GOOGLE_ISSUER:
            return issuer
        # PyJWT takes a list as "any of these"; social-auth's annotation knows one name only.
        return cast("str", [GOOGLE_ISSUER, GOOGLE_ISSUER.removeprefix("https://")])

    def auth_extra_arguments(self) -> dict[str, str]:
        """`hd` lets Google offer the right accounts; it proves nothing, `auth_allowed` does."""
        domains = settings.GOOGLE_HOSTED_DOMAINS
        return {**super().auth_extra_arguments(), "hd": domains[0] if len(domains) == 1 else "*"}

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The userinfo answer, from the address in the discovery document."""
        answer = self.get_json(
            self.userinfo_url(), headers={"Authorization": f"Bearer {access_token}"}
        )
        if not isinstance(answer, dict):
            raise AuthResponseError(self, code="malformed_response", stage="user_info")
        return self.validate_userinfo_sub(answer)

    def get_user_id(self, details: Any, response: Any) -> str:
        """Google's own key of the account, from the verified token."""
        subject = self._claims().get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= _SUBJECT_LENGTH:
            raise AuthResponseError(self, code="invalid_claim", claim="sub", stage="pipeline")
        return subject

    def get_user_details(self, response: Mapping[str, Any]) -> dict[str, Any]:
        """The address from the verified token, and a name, cut to what we store."""
        claims = self._claims()
        name = claims.get("name") or response.get("name") or ""
        length = Staff._meta.get_field("name").max_length
        return {
            "email": Staff.objects.normalize_email(str(claims.get("email", ""))),
            "fullname": str(name).replace("\x00", "").strip()[:length],
        }

    def auth_allowed(self, response: Any, details: dict[str, Any]) -> bool:
        """Verified e-mail and a hosted domain of ours, both by the verified token, or an error."""
        claims = self._claims()
        hosted = str(claims.get("hd", "")).lower()
        if hosted not in {domain.lower() for domain in settings.GOOGLE_HOSTED_DOMAINS}:
            raise OutsideDomain(self)
        if claims.get("email_verified") is not True:
            raise EmailUnverified(self)
        self._check_email(details["email"])
        return True

    def get_user(self, user_id: Any) -> Staff | None:
        """The session's person, switched off or not: AccessMiddleware ends what must end."""
        return Staff.objects.filter(pk=user_id).first()

    def _claims(self) -> dict[str, Any]:
        if self.id_token is None:
            raise AuthResponseError(self, code="missing_claim", claim="id_token", stage="pipeline")
        return self.id_token

    def _check_email(self, email: str) -> None:
        try:
            Staff._meta.get_field("email").run_validators(email)
            validate_email(email)
        except ValidationError as error:
            raise AuthResponseError(
                self, code="invalid_claim", claim="email", stage="pipeline"
            ) from error
