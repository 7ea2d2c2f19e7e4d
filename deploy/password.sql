-- The password of registry_app, from the file that APP_PASSWORD_FILE names: it stands on
-- no command line and, hashed here, in no log of the server.
\set ON_ERROR_STOP 1
\set verifier `python deploy/verifier.py`
ALTER ROLE registry_app PASSWORD :'verifier';
