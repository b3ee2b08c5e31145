-- Tests and `cargo xtask run` only: no fsync per transaction. Without it SQLite on a plain disk limits the server to ~250 archived
-- messages per second, and a benchmark would measure the disk instead of the client.
local function relax()
	for uri, engine in pairs(module:shared("/*/sql/connections")) do
		local ok, err = engine:connect();
		if ok then
			local was = engine.conn:autocommit(true);
			for _, p in ipairs { "PRAGMA busy_timeout=10000", "PRAGMA journal_mode=MEMORY", "PRAGMA synchronous=OFF" } do
				local stmt, e = engine.conn:prepare(p);
				if stmt then stmt:execute(); for _ in stmt:rows() do end; stmt:close(); else module:log("warn", "%s: %s", p, e); end
			end
			engine.conn:autocommit(false);
			local stmt = engine.conn:prepare("PRAGMA synchronous");
			stmt:execute();
			for row in stmt:rows() do module:log("info", "%s: synchronous=%s", uri, row[1]); end
			stmt:close();
		else
			module:log("warn", "no connection: %s", err);
		end
	end
end
-- prosodyctl and the tests write to the same file: without a time to wait a change of the server's own would be lost.
module:add_timer(0, relax);
