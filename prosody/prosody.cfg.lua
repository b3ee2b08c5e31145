-- Prosody 0.12 for `cargo xtask run` and the tests: loopback only, plain text, its own data folder, no limits.
-- NOT for the open internet. `xtask::prosody` starts it and sets every GOLDCREST_* variable read here.

local function env(name)
	return (assert(os.getenv("GOLDCREST_" .. name), "start this through `cargo xtask run`"))
end
local base = env "PROSODY_DIR"
local http_port = tonumber(env "HTTP_PORT")

---------- process ----------
run_as_root = true                 -- containers and CI run as root; harmless otherwise
certificates = base .. "/certs"    -- empty: nothing here uses TLS
pidfile = base .. "/prosody.pid"
data_path = base .. "/data"
log = { { levels = { min = env "LOG" }, to = "file", filename = base .. "/prosody.log" } }

---------- ports (all on loopback) ----------
interfaces = { "127.0.0.1" }
local_interfaces = { "127.0.0.1" }
c2s_ports = { tonumber(env "C2S_PORT") }  -- for independent clients; the app only uses the WebSocket
c2s_direct_tls_ports = {}
s2s_ports = {}
s2s_direct_tls_ports = {}
http_ports = { http_port }
http_interfaces = { "127.0.0.1" }
https_ports = {}

---------- modules: what the app uses, no more ----------
-- Debian's prosody-modules are in the folder that Prosody searches anyway; these are two small shims of ours.
plugin_paths = { env "PLUGINS" }
modules_enabled = {
	"roster"; "saslauth"; "disco"; "presence"; "message"; "iq";
	"offline";        -- delivers what was sent to somebody who was away
	"smacks";         -- XEP-0198
	"mam";            -- XEP-0313
	"carbons";        -- XEP-0280
	"pep";            -- XEP-0163
	"csi_simple";     -- XEP-0352
	"websocket";      -- RFC 7395
	"ping"; "time"; "version"; "lastactivity"; "blocklist";
	-- XEP-0388, 0386, 0484; "sasl2_sm" needs Prosody 0.13.
	"sasl2"; "sasl2_bind2"; "sasl2_fast"; "sasl2_fast_compat";
	"sqlite_nosync";  -- a fast disk is not what is tested
	-- XEP-0077; unthrottled without registration_throttle_max
	env "REGISTRATION" == "true" and "register_ibr" or nil;
}
modules_disabled = { "s2s"; "s2s_auth_certs"; "dialback" }

---------- authentication ----------
-- internal_hashed keeps one hash per account, so it offers exactly one SCRAM mechanism (and PLAIN).
authentication = "internal_hashed"
password_hash = env "PASSWORD_HASH"
default_iteration_count = tonumber(env "SCRAM_ITERATIONS")
disable_sasl_mechanisms = env "PLAIN_ONLY" == "true" and { "SCRAM-SHA-1"; "SCRAM-SHA-256" } or { "DIGEST-MD5" }
c2s_require_encryption = false
s2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true

---------- HTTP ----------
http_default_host = "localhost"
http_external_url = "http://127.0.0.1:" .. http_port .. "/"

---------- storage ----------
-- "internal" reads and writes a whole archive for each message, and keeps 10,000 of them at most.
default_storage = "sql"
sql = { driver = "SQLite3"; database = "prosody.sqlite" }

---------- archive ----------
default_archive_policy = true
archive_expires_after = "never"
max_archive_query_results = 250

---------- stream management ----------
smacks_hibernation_time = 600
smacks_max_queue_size = 20000      -- default 500: a burst longer than that would make a session unresumable

VirtualHost "localhost"
	name = "Goldcrest"
