-- Lets the community mod_sasl2_sm of Debian 12 (2023-02) work on Prosody 0.12, whose mod_smacks has no do_enable() and
-- do_resume(): its handlers are called with a send() that keeps what they say, so that it can go into the success.
-- For tests of XEP-0388 with XEP-0198 along with it.
local smacks = module:depends "smacks";
local stanza_mt = require "util.stanza".stanza_mt;
local xmlns_sm = "urn:xmpp:sm:3";

-- New in Prosody 0.13; what the reason was is no news to a client that only reads h.
if not stanza_mt.add_error then
	function stanza_mt:add_error() return self; end
end

-- Sessions keep fields in it.
local function keeper(kept)
	return setmetatable({}, { __call = function (_, stanza) kept[#kept + 1] = stanza; return true; end });
end

local function refused(answer)
	local reason = answer.tags[1];
	return nil, {
		type = "cancel"; condition = reason and reason.name ~= "error" and reason.name or "item-not-found";
		context = { h = tonumber(answer.attr.h) };
	};
end

function smacks.do_enable(session, request)
	local said, send = {}, session.send;
	session.send = keeper(said);
	smacks.handle_enable(session, request, xmlns_sm);
	session.send = send;
	if said[1].name ~= "enabled" then return refused(said[1]); end
	return { type = "enabled"; id = said[1].attr.id; resume_max = said[1].attr.max; finish = function () end };
end

function smacks.do_resume(session, request)
	local said, send = {}, session.send;
	local keep = keeper(said);
	session.send = keep;
	smacks.handle_resume(session, request, xmlns_sm);
	if said[1].name ~= "resumed" then
		session.send = send;
		return refused(said[1]);
	end
	local resumed;
	for _, other in pairs(prosody.hosts[module.host].sessions[session.username].sessions) do
		if other.send == keep then resumed = other; end
	end
	send.session, send.filter = resumed, resumed.filter;
	resumed.send = send;
	-- mod_sasl2 and mod_sasl2_fast go on with the session that was taken up.
	resumed.sasl_handler, resumed.client_id = session.sasl_handler, session.client_id;
	resumed.fast_token_request = session.fast_token_request;
	return {
		type = "resumed"; id = said[1].attr.previd; session = resumed;
		finish = function ()
			-- What the client did not see, and not once more into the queue.
			resumed.resending_unacked, session.resending_unacked = true, true;
			for i = 2, #said do resumed.send(said[i]); end
			resumed.resending_unacked, session.resending_unacked = nil, nil;
		end;
	};
end
