"""Kinds of program and the STIP Compass instruments that they map to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    LOAN = "loan", _("loan product")
    BRIDGE_LOAN = "bridge_loan", _("bridge loan")
    LEASING = "leasing", _("leasing")
    LOAN_EQUITY = "loan_equity", _("loan with equity")
    BOND = "bond", _("bond")
    SECURITISATION = "securitisation", _("securitisation")
    GUARANTEE = "guarantee", _("financing guarantee")
    INSURANCE = "insurance", _("technology insurance")
    RISK_SHARING = "risk_sharing", _("risk sharing and credit enhancement")
    FUND = "fund", _("fund")
    EQUITY = "equity", _("equity")
    MARKET = "market", _("market board or stake transfer")
    LISTING = "listing", _("preparation for listing")
    CROSS_BORDER = "cross_border", _("cross-border finance")
    SUBSIDY = "subsidy", _("grant or award")
    INTEREST_SUBSIDY = "interest_subsidy", _("interest subsidy")
    FEE_SUBSIDY = "fee_subsidy", _("premium or fee subsidy")
    VOUCHER = "voucher", _("innovation voucher")
    TAX_RELIEF = "tax_relief", _("tax relief")
    MONETARY_TOOL = "monetary_tool", _("monetary policy tool")
    SERVICE_SCHEME = "service_scheme", _("service scheme")
    PLATFORM = "platform", _("online platform")
    VENUE = "venue", _("venue or demonstration zone")
    DIRECTORY = "directory", _("list or project pool")
    RECOGNITION = "recognition", _("rating and recognition")
    EVENT = "event", _("event")
    TALENT = "talent", _("talent")
    FRAMEWORK = "framework", _("plan and system of goals")
    CAMPAIGN = "campaign", _("campaign")
    MECHANISM = "mechanism", _("working mechanism")
    COOPERATION = "cooperation", _("cooperation")
    INSTITUTION_BUILDING = "institution_building", _("institution building")
    REGULATION = "regulation", _("regulatory tool")


class Instrument(models.TextChoices):
    """EC-OECD STIP Compass instruments that program kinds map to."""

    PI008 = "PI008", _("Grants for business R&D and innovation")
    PI012 = "PI012", _("Loans and credits for innovation in firms")
    PI013 = "PI013", _("Equity financing")
    PI014 = "PI014", _("Innovation vouchers")
    PI015 = "PI015", _("Tax relief for firms")
    PI017 = "PI017", _("Technology extension and business advice")
    PI018 = "PI018", _("Labour mobility")
    PI021 = "PI021", _("Networking and collaborative platforms")
    PI023 = "PI023", _("Information services and access to datasets")
    PI024 = "PI024", _("Strategies, agendas and plans")
    PI026 = "PI026", _("Horizontal coordination bodies")
    PI027 = "PI027", _("Standards and certification")
    PI028 = "PI028", _("Public awareness campaigns")
    PI029 = "PI029", _("Debt guarantees and risk sharing")
    PI030 = "PI030", _("Governance structures or public bodies")
    PI032 = "PI032", _("S&T regulation and soft law")


KINDS_BY_INSTRUMENT = {
    "PI008": "subsidy",
    "PI012": "loan bridge_loan leasing bond securitisation interest_subsidy"
    " monetary_tool",
    "PI013": "loan_equity fund equity market cross_border",
    "PI014": "voucher",
    "PI015": "tax_relief",
    "PI017": "listing service_scheme",
    "PI018": "talent",
    "PI021": "venue cooperation",
    "PI023": "platform directory",
    "PI024": "framework campaign",
    "PI026": "mechanism",
    "PI027": "recognition",
    "PI028": "event",
    "PI029": "guarantee insurance risk_sharing fee_subsidy",
    "PI030": "institution_building",
    "PI032": "regulation",
}
INSTRUMENT_OF_KIND = {
    kind: instrument
    for instrument, kinds in KINDS_BY_INSTRUMENT.items()
    for kind in kinds.split()
}
