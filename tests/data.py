"""The demo data that tests share."""

from local.companies import COMPANIES

COMPANY_ID, OTHER_COMPANY_ID = COMPANIES[0].id, COMPANIES[1].id

API_KEY = "0d4f6a3c-9d6e-4a54-8a3b-2f0c7d3b5e11"
"""An invented API key of a company."""
