-- Asks the platform whether a request may pass, and answers the client where it may not.
local node = os.getenv("PLATFORM_NODE")
local scheme, authority = os.getenv("PROTECTED_ORIGIN"):match("^(https?)://([^/]+)$")
local identity = { "remote-user", "remote-name", "remote-email", "remote-groups", "x-scope" }

-- Headers that are of one connection (RFC 9110 section 7.6.1), or say what this script says itself.
local own = {
  ["connection"] = true, ["content-length"] = true, ["transfer-encoding"] = true, ["te"] = true, ["upgrade"] = true, ["expect"] = true,
  ["host"] = true, ["keep-alive"] = true, ["proxy-connection"] = true, ["trailer"] = true, ["x-forwarded-for"] = true,
  ["x-forwarded-method"] = true, ["x-forwarded-proto"] = true, ["x-forwarded-host"] = true, ["x-forwarded-uri"] = true,
}

local function refuse(txn, status, headers, body)
  local reply = txn:reply({ status = status, body = body })
  for name, values in pairs(headers) do
    if not own[name] then
      for _, value in pairs(values) do
        reply:add_header(name, value)
      end
    end
  end
  txn:done(reply)
end

-- The target as it was sent; of absolute-form, what follows the host. The platform refuses what then is no path, as where others might see
-- the host end elsewhere.
local function target(txn)
  local uri = txn.sf:url()
  local rest = uri:match("^[A-Za-z]+://[%w%.:_%[%]%-]+(.*)$") or uri
  if rest:sub(1, 1) == "?" or rest == "" then
    rest = "/" .. rest
  end
  return rest
end

core.register_action("platform_host", { "http-req" }, function(txn)
  txn.http:req_set_header("X-Forwarded-Proto", scheme)
  txn.http:req_set_header("X-Forwarded-Host", authority)
end)

core.register_action("platform_decide", { "http-req" }, function(txn)
  local headers = {}
  for name, values in pairs(txn.http:req_get_headers()) do
    if not own[name] then
      local all = {}
      for _, value in pairs(values) do
        all[#all + 1] = value
      end
      headers[name] = all
    end
  end
  headers["x-forwarded-method"] = { txn.sf:method() }
  headers["x-forwarded-proto"] = { scheme }
  headers["x-forwarded-host"] = { authority }
  headers["x-forwarded-uri"] = { target(txn) }
  headers["x-forwarded-for"] = { txn.sf:src() }

  local answer = core.httpclient():get({ url = "http://" .. node .. "/forward/traefik", headers = headers, timeout = 5000 })
  if not answer or not answer.status or answer.status == 0 then
    refuse(txn, 503, {}, "")
    return
  end
  if answer.status < 200 or answer.status > 299 then
    refuse(txn, answer.status, answer.headers, answer.body)
    return
  end
  for _, name in ipairs(identity) do
    local values = answer.headers[name]
    local value = values and values[0]
    if value and value ~= "" then
      txn.http:req_set_header(name, value)
    end
  end
  txn:set_var("txn.platform_decision", "allowed")
end)
