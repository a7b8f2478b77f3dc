-- Asks the platform whether a request may pass, and answers the client where it may not.
local socket = require("socket")

local node_host, node_port = os.getenv("PLATFORM_NODE"):match("^(.*):(%d+)$")
local scheme, authority = os.getenv("PROTECTED_ORIGIN"):match("^(https?)://([^/]+)$")
local identity = { "Remote-User", "Remote-Name", "Remote-Email", "Remote-Groups", "X-Scope" }

-- Headers that are of one connection (RFC 9110 section 7.6.1), or say what this script says itself.
local own = {
  ["connection"] = true, ["content-length"] = true, ["transfer-encoding"] = true, ["te"] = true, ["upgrade"] = true, ["expect"] = true,
  ["host"] = true, ["keep-alive"] = true, ["proxy-connection"] = true, ["trailer"] = true, ["x-forwarded-for"] = true,
  ["x-forwarded-method"] = true, ["x-forwarded-proto"] = true, ["x-forwarded-host"] = true, ["x-forwarded-uri"] = true,
}

-- The target as it was sent; of absolute-form, what follows the host. The platform refuses what then is no path, as where others might see
-- the host end elsewhere.
local function target(r)
  local uri = r.the_request:match("^%S+ (%S+)") or "/"
  local rest = uri:match("^%a+://[%w%.:_%[%]%-]+(.*)$") or uri
  if rest:sub(1, 1) == "?" or rest == "" then
    rest = "/" .. rest
  end
  return rest
end

-- Sends one request and reads its whole answer; nil where there is none.
local function ask(lines)
  local connection = socket.tcp()
  connection:settimeout(5)
  if not connection:connect(node_host, tonumber(node_port)) or not connection:send(table.concat(lines, "\r\n") .. "\r\n\r\n") then
    connection:close()
    return nil
  end
  local first = connection:receive("*l")
  local status = first and tonumber(first:match("^HTTP/1%.1 (%d%d%d)"))
  local headers = {}
  local line = status and connection:receive("*l")
  while line and line ~= "" do
    local name, value = line:match("^([^:]+):%s*(.-)%s*$")
    if name then
      headers[name:lower()] = value
    end
    line = connection:receive("*l")
  end
  local body = line and tonumber(headers["content-length"] or "0") > 0 and connection:receive(tonumber(headers["content-length"])) or ""
  connection:close()
  if not line then
    return nil
  end
  return status, headers, body
end

function decide(r)
  r.headers_in["X-Forwarded-For"] = r.useragent_ip
  r.headers_in["X-Forwarded-Proto"] = scheme
  r.headers_in["X-Forwarded-Host"] = authority
  -- By both readings: httpd passes on by its own, in which dot segments are resolved.
  if target(r):sub(1, 11) == "/.platform/" and r.uri:sub(1, 11) == "/.platform/" then
    return apache2.DECLINED
  end
  local lines = {
    "GET /forward/traefik HTTP/1.1", "Host: " .. node_host, "Connection: close",
    "X-Forwarded-Method: " .. r.method, "X-Forwarded-Proto: " .. scheme, "X-Forwarded-Host: " .. authority,
    "X-Forwarded-Uri: " .. target(r), "X-Forwarded-For: " .. r.useragent_ip,
  }
  for name, value in pairs(r:headers_in_table()) do
    if not own[name:lower()] then
      lines[#lines + 1] = name .. ": " .. value
    end
  end
  local status, headers, body = ask(lines)
  if not status then
    return 503
  end
  if status >= 200 and status <= 299 then
    for _, name in ipairs(identity) do
      local value = headers[name:lower()]
      if value and value ~= "" then
        r.headers_in[name] = value
      end
    end
    return apache2.DECLINED
  end
  for name, value in pairs(headers) do
    if not own[name] and name ~= "content-type" then
      r.err_headers_out[name] = value
    end
  end
  return status
end
