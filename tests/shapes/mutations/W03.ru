# W03: one digit of the telephone number lost
# reports: W03

PREFIX cp: <https://w3id.org/jp-ccua/id/contact/>
PREFIX cv: <http://data.europa.eu/m8g/>

DELETE { cp:office cv:telephone ?old }
INSERT { cp:office cv:telephone "011-211-228" }
WHERE { cp:office cv:telephone ?old }
