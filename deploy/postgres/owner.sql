-- Run once, when the volume is made: the market's own account and its database. The image's POSTGRES_USER is
-- a superuser, whom no trigger keeps from changing the log of events.
\set password `cat /run/secrets/market_password`
CREATE ROLE market LOGIN PASSWORD :'password';
CREATE DATABASE market OWNER market;
