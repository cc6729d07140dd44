"""Which columns hold personal data: what the names alone say, beside labels given by reading the
documentation of schemas that are public.

A ``+`` stands before what tells who a person is, how to reach or find them, or what the law calls
special about them. Towns, countries and postal codes are not labelled as such, nor is sex or age:
alone they point to nobody. What is said of companies and things is not personal.
"""

from __future__ import annotations

from functools import cache

from bench.propose import say
from medallion_core.model import Column, Source, TableLocation, TableName
from medallion_core.propose.privacy import propose_privacy
from medallion_core.propose.tables import view_tables

TYPES = {
    "": "string", "i": "bigint", "d": "date", "t": "timestamp", "f": "double", "b": "boolean",
}  # fmt: skip

LABELS = """
synthea.patients: Id, +BIRTHDATE d, DEATHDATE d, +SSN, +DRIVERS, +PASSPORT, PREFIX, +FIRST, +LAST,
    +MAIDEN, +RACE, +ETHNICITY, +ADDRESS, CITY, STATE, COUNTY, ZIP, +LAT f, +LON f,
    HEALTHCARE_EXPENSES f, HEALTHCARE_COVERAGE f
synthea.organizations: Id, NAME, CITY, STATE, ZIP, LAT f, LON f, REVENUE f, UTILIZATION i
synthea.providers: Id, ORGANIZATION, +NAME, SPECIALITY, CITY, UTILIZATION i
synthea.encounters: Id, START t, STOP t, PATIENT, PROVIDER, ENCOUNTERCLASS, CODE i, DESCRIPTION,
    BASE_ENCOUNTER_COST f, REASONDESCRIPTION
adventureworks.person: BusinessEntityID i, PersonType, NameStyle b, Title, +FirstName, +MiddleName,
    +LastName, Suffix, EmailPromotion i, AdditionalContactInfo, rowguid, ModifiedDate t
adventureworks.password: BusinessEntityID i, +PasswordHash, +PasswordSalt, ModifiedDate t
adventureworks.emailaddress: BusinessEntityID i, EmailAddressID i, +EmailAddress, ModifiedDate t
adventureworks.personphone: BusinessEntityID i, +PhoneNumber, PhoneNumberTypeID i, ModifiedDate t
adventureworks.phonenumbertype: PhoneNumberTypeID i, Name
adventureworks.address: AddressID i, +AddressLine1, +AddressLine2, City, StateProvinceID i,
    PostalCode, SpatialLocation
adventureworks.addresstype: AddressTypeID i, Name
adventureworks.creditcard: CreditCardID i, CardType, +CardNumber, ExpMonth i, ExpYear i
adventureworks.employee: BusinessEntityID i, +NationalIDNumber, +LoginID, OrganizationLevel i,
    JobTitle, +BirthDate d, HireDate d, SalariedFlag b, VacationHours i, SickLeaveHours i
adventureworks.vendor: BusinessEntityID i, AccountNumber, Name, CreditRating i,
    PurchasingWebServiceURL
adventureworks.product: ProductID i, Name, ProductNumber, Color, StandardCost f, ListPrice f
adventureworks.salesorderheader: SalesOrderID i, OnlineOrderFlag b, SalesOrderNumber,
    PurchaseOrderNumber, AccountNumber, BillToAddressID i, ShipToAddressID i, ShipMethodID i,
    CreditCardApprovalCode, Comment
northwind.customers: customer_id, company_name, +contact_name, contact_title, +address, city,
    region, postal_code, country, +phone, +fax
northwind.employees: employee_id i, +last_name, +first_name, title, title_of_courtesy, +birth_date
    d, hire_date d, +address, city, +home_phone, extension, notes, reports_to i, photo_path
northwind.suppliers: supplier_id i, company_name, +contact_name, contact_title, +phone, +fax,
    homepage
northwind.orders: order_id i, order_date d, ship_via i, freight f, +ship_address, ship_city
sakila.actor: actor_id i, +first_name, +last_name, last_update t
sakila.address: address_id i, +address, +address2, district, city_id i, postal_code, +phone
sakila.customer: customer_id i, store_id i, +first_name, +last_name, +email, address_id i, active
    i, create_date t
sakila.staff: staff_id i, +first_name, +last_name, +email, +username, +password, picture
sakila.film: film_id i, title, description, release_year i, rental_rate f, special_features
chinook.customer: CustomerId i, +FirstName, +LastName, Company, +Address, City, +Phone, +Fax,
    +Email, SupportRepId i
chinook.artist: ArtistId i, Name
chinook.track: TrackId i, Name, Composer, Milliseconds i, UnitPrice f
omop.person: person_id i, gender_concept_id i, year_of_birth i, +birth_datetime t, race_concept_id
    i, ethnicity_concept_id i, location_id i, person_source_value, +race_source_value,
    +ethnicity_source_value
omop.location: location_id i, +address_1, +address_2, city, state, zip, county
omop.care_site: care_site_id i, care_site_name, place_of_service_concept_id i
omop.provider: provider_id i, +provider_name, npi, dea, specialty_concept_id i
omop.concept: concept_id i, concept_name, domain_id, vocabulary_id, concept_code, valid_start_date
    d
mimic.admissions: subject_id i, hadm_id i, admittime t, insurance, +religion, +ethnicity, diagnosis
mimic.patients: subject_id i, anchor_age i, anchor_year i, dod d
salesforce.contact: Id, AccountId, +LastName, +FirstName, Salutation, +Name, +MailingStreet,
    MailingCity, +Phone, +Fax, +MobilePhone, +HomePhone, +Email, Title, Department, +Birthdate d,
    LeadSource, HasOptedOutOfEmail b, EmailBouncedReason, EmailBouncedDate t
salesforce.lead: Id, +LastName, +FirstName, Company, +Street, +Phone, +Email, Website, Status,
    NumberOfEmployees i, AnnualRevenue f
salesforce.opportunity: Id, AccountId, Name, StageName, Amount f, CloseDate d, ForecastCategoryName
salesforce.user: Id, +Username, +LastName, +FirstName, +Email, TimeZoneSidKey, LocaleSidKey,
    IsActive b
salesforce.campaign: Id, Name, NumberOfEmailsSent i, NumberSent f, BudgetedCost f
stripe.customers: id, balance i, currency, +email, +name, +phone, +address_line1, +address_line2,
    invoice_prefix, livemode b
stripe.cards: id, brand, country, exp_month i, exp_year i, funding, +name, +address_line1
shopify.orders: id i, order_number i, +email, +phone, total_price f, +browser_ip, cart_token,
    landing_site, referring_site, source_name, gateway, buyer_accepts_marketing b
shopify.customers: id i, +first_name, +last_name, +email, +phone, orders_count i, total_spent f,
    verified_email b, accepts_marketing b, email_marketing_status
shopify.products: id i, title, vendor, product_type, handle, template_suffix
wordpress.users: ID i, +user_login, +user_pass, +user_nicename, +user_email, user_url,
    user_registered t, user_activation_key, user_status i, +display_name
wordpress.comments: comment_ID i, comment_post_ID i, +comment_author, +comment_author_email,
    comment_author_url, +comment_author_IP, comment_date t, comment_content, comment_agent
oracle_hr.employees: EMPLOYEE_ID i, +FIRST_NAME, +LAST_NAME, +EMAIL, +PHONE_NUMBER, HIRE_DATE d,
    JOB_ID, SALARY f, COMMISSION_PCT f, MANAGER_ID i
oracle_hr.locations: LOCATION_ID i, +STREET_ADDRESS, POSTAL_CODE, CITY, STATE_PROVINCE, COUNTRY_ID
oracle_hr.jobs: JOB_ID, JOB_TITLE, MIN_SALARY f, MAX_SALARY f
zendesk.users: id i, +name, +email, +phone, role, time_zone, last_login_at t, shared_phone_number
    b, two_factor_auth_enabled b, ticket_restriction
zendesk.tickets: id i, subject, description, priority, channel, via_channel, requester_id i, tags
odoo.res_partner: id i, +name, company_id i, +street, +street2, zip, city, +email, +phone, +mobile,
    website, vat, is_company b, email_normalized_flag b, signup_type
stackoverflow.users: Id i, Reputation i, +DisplayName, AccountId i, WebsiteUrl, Location, AboutMe,
    Views i, UpVotes i, +EmailHash
nyc.taxi_trips: vendor_id i, pickup_datetime t, passenger_count i, trip_distance f,
    pickup_longitude f, pickup_latitude f, rate_code i, payment_type, fare_amount f, +medallion,
    +hack_license
bank.clients: client_id i, +birth_number, district_id i, account_no i
kyc.applicants: applicant_id i, +full_name, +passport_no, +driver_licence_number, +tax_id,
    +national_id, +date_of_birth d, +nationality, +mother_maiden_name, document_type, risk_score f
police.stops: stop_id i, +driver_race, +driver_name, +license_plate, stop_date d, violation,
    officer_id i, search_conducted b
university.students: student_id i, +surname, +forename, +email_address, +mobile_number,
    +home_address, +term_address_line_1, +emergency_contact_name, +emergency_contact_phone,
    course_code, mobile_app_version, email_opt_in b, email_verified_at t, phone_type
school.parents: parent_id i, +name_first, +name_last, +cell, +work_phone, preferred_language
marketing.email_campaigns: campaign_id i, campaign_name, email_subject, email_template, emails_sent
    i, email_open_rate f, channel_email i, channel_mobile i, channel_web i, sender_domain
telecom.calls: call_id i, +caller_phone, +callee_phone, +imsi, +msisdn, cell_tower_id i, duration i
web.sessions: session_id, +client_ip, +ip_address, user_agent, +user_name, page_url, referrer,
    device_type, browser_name, country_code
iot.devices: device_id, +owner_name, model_name, mac_address, firmware_version, latitude f,
    longitude f
retail.stores: store_id i, store_name, store_phone, store_manager_id i, latitude f, longitude f,
    opening_hours, street_type
hotel.reservations: booking_id, +guest_name, +guest_email, +guest_phone, arrival_date d, adults i,
    meal, required_car_parking_spaces i, reservation_status
insurance.policyholders: policy_no, +first_nm, +last_nm, +dob d, +ssn_last4, +addr_line_1, premium
    f, vehicle_name, agent_code
hr.personnel: pers_no i, +vorname, +nachname, +geburtsdatum d, +strasse, +telefon, abteilung
crm.personas: id i, +nombre, +apellido, +correo, +direccion, +telefono, ciudad
sap.kna1: KUNNR, +NAME1, +NAME2, ORT01, PSTLZ, +STRAS, +TELF1, +TELFX, LAND1
"""


def main() -> None:
    """Writes how many of the columns are told apart, and each that is not."""
    wanted = {name for name, is_personal in labels().items() if is_personal}
    found = {name for name in flagged() if name in labels()}
    right = len(found & wanted)
    say(f"\nPersonal data, by names alone: {len(labels())} columns, {len(wanted)} of them personal")
    for name in sorted(found ^ wanted):
        say(f"    {'missing' if name in wanted else 'wrong'} {name}")
    say(f"precision {right / len(found):.3f}, recall {right / len(wanted):.3f}")


def labels() -> dict[str, bool]:
    """Whether it is personal, by the column's full name."""
    return {
        f"{place}.{column.name}": is_personal
        for place, columns in _tables().items()
        for column, is_personal in columns
    }


def flagged() -> list[str]:
    """The columns that are taken for personal; each schema is looked at by itself."""
    found = []
    for schema in dict.fromkeys(place.split(".")[0] for place in _tables()):
        places = [place for place in _tables() if place.split(".")[0] == schema]
        for table in view_tables([_source(place) for place in places], [None] * len(places)):
            name = f"{schema}.{table.source.name}"
            found += [
                f"{name}.{f.name}" for f in table.fields.values() if propose_privacy(f, table)
            ]
    return found


def _source(place: str) -> Source:
    schema, table = place.split(".")
    columns = tuple(column for column, _ in _tables()[place])
    return Source(TableLocation(TableName("main", schema, table)), columns)


@cache
def _tables() -> dict[str, list[tuple[Column, bool]]]:
    text = LABELS.strip().replace("\n    ", " ")
    lines = (line.split(": ", 1) for line in text.splitlines())
    return {place: [_column(entry) for entry in listed.split(", ")] for place, listed in lines}


def _column(entry: str) -> tuple[Column, bool]:
    name, _, kind = entry.strip().removeprefix("+").partition(" ")
    return Column(name, TYPES[kind]), entry.strip().startswith("+")
