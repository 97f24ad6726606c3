"""Notices in words alone, as mail systems of many makes write them."""

from tests.deliver.returned_gateways import GATEWAYS
from tests.deliver.returned_languages import LANGUAGES
from tests.deliver.returned_office import OFFICE
from tests.deliver.returned_phones import PHONES
from tests.deliver.returned_providers import PROVIDERS
from tests.deliver.returned_sendmail import SENDMAIL
from tests.deliver.returned_services import SERVICES
from tests.deliver.returned_shapes import SHAPES
from tests.deliver.returned_unix import UNIX

NOTICES = [*UNIX, *SENDMAIL, *SERVICES, *OFFICE, *PROVIDERS, *PHONES, *GATEWAYS, *LANGUAGES, *SHAPES]
