/** Secured frames for Wireshark: a dissector in Lua, its layouts made from the tables of `spec/header.ts`. */
import {
  ETHERTYPE_PROFINET,
  FIELDS,
  type Field,
  FRAME_ID_OCTETS,
  PROFILE_NAMES,
  type ProfileName,
  placeOf,
  securityLength,
  TPID_VLAN,
} from '../../spec/header.ts';

/** What Wireshark calls a field, how it takes it, and what it shows: names as in IEC 61158-6-10 and in its own dissector of PROFINET. */
const SHOWN: Readonly<Record<string, { readonly name: string; readonly type: string; readonly title: string }>> = {
  securityInformation: { name: 'security_information', type: 'uint8', title: 'SecurityInformation' },
  keyIds: { name: 'key_ids', type: 'uint8', title: 'KeyIds (SecurityControl)' },
  counter: { name: 'counter', type: 'uint32', title: 'SecuritySequenceCounter' },
  securityLength: { name: 'security_length', type: 'uint16', title: 'SecurityLength' },
  cSdu: { name: 'c_sdu', type: 'bytes', title: 'C_SDU as on the wire' },
  apduStatus: { name: 'apdu_status', type: 'bytes', title: 'APDU status as on the wire' },
  icv: { name: 'icv', type: 'bytes', title: 'SecurityChecksum (ICV)' },
};

/**
 * @param frameIds FrameIDs of secured frames, which no octet of theirs tells from plain ones; it can be changed in Wireshark's preferences
 * @param profile likewise
 */
export function dissectorLua(frameIds: readonly number[], profile: ProfileName): string {
  const known = frameIds.map(hex).join(',');
  return `-- Secured PROFINET RTC frames of Keyturn for Wireshark and tshark, made from spec/header.ts by \`keyturn dissector\`.
-- tshark -X lua_script:keyturn.lua -r capture.pcapng; for Wireshark, copy it into the folder of personal Lua plugins (Help, About, Folders).
-- Nothing is deciphered or verified: what is shown of a forged frame is what it says.
local keyturn = Proto("keyturn", "Keyturn secured frame")

keyturn.prefs.frame_ids = Pref.string("FrameIDs", "${known}", "FrameIDs of secured frames, with commas between")
keyturn.prefs.profile = Pref.enum("Header profile", ${PROFILE_NAMES.indexOf(profile) + 1}, "Header profile of these frames", {
${PROFILE_NAMES.map((name, index) => `  { "${name}", "${name}", ${index + 1} },`).join('\n')}
}, false)

local fields = {
  profile = ProtoField.string("keyturn.profile", "Header profile"),
${Object.values(SHOWN).map(protoField).join('\n')}
  protection_mode = ProtoField.uint8("keyturn.protection_mode", "ProtectionMode", base.DEC, { [0] = "authentication only", [1] = "authenticated encryption" }, 0x01),
  current_key_id = ProtoField.uint8("keyturn.current_key_id", "currentKeyId", base.DEC, nil, 0xf0),
  next_key_id = ProtoField.uint8("keyturn.next_key_id", "nextKeyId", base.DEC, nil, 0x0f),
}
for _, field in pairs(fields) do table.insert(keyturn.fields, field) end

local too_short = ProtoExpert.new("keyturn.too_short", "Too short for a secured frame", expert.group.MALFORMED, expert.severity.ERROR)
keyturn.experts = { too_short }

-- a capture of keyturn sim has what was given and delivered, in the clear, beside what was on the wire
local interface_name = Field.new("frame.interface_name")

-- fields behind the FrameID, and behind the C_SDU: name and octets
local profiles = {
${PROFILE_NAMES.map((name) => layout(name)).join('\n')}
}

local function octets_of(list)
  local sum = 0
  for _, field in ipairs(list) do sum = sum + field[2] end
  return sum
end

local function is_ours(frame_id)
  local interface = interface_name()
  if interface ~= nil and (tostring(interface):find(" given$") or tostring(interface):find(" delivered$")) then return false end
  for id in keyturn.prefs.frame_ids:gmatch("[^,%s]+") do
    if tonumber(id) == frame_id then return true end
  end
  return false
end

-- where the FrameID stands, behind at most one VLAN tag
local function frame_id_at(tvb)
  local at = 12
  if tvb:len() >= at + 8 and tvb(at, 2):uint() == ${hex(TPID_VLAN)} then at = at + 4 end
  if tvb:len() < at + 4 or tvb(at, 2):uint() ~= ${hex(ETHERTYPE_PROFINET)} then return nil end
  return at + 2
end

local function add(tree, tvb, name, at, octets)
  local range = tvb(at, octets)
  local item = tree:add(fields[name], range)
  if name == "key_ids" then
    item:add(fields.current_key_id, range)
    item:add(fields.next_key_id, range)
  elseif name == "security_information" then
    item:add(fields.protection_mode, range)
  end
end

function keyturn.dissector(tvb, pinfo, tree)
  local id_at = frame_id_at(tvb)
  if id_at == nil or not is_ours(tvb(id_at, 2):uint()) then return end
  local profile = profiles[keyturn.prefs.profile]
  local at = id_at + 2
  local behind_at = tvb:len() - octets_of(profile.behind)
  -- a frame of std whose length is another is a plain one, as it is to Wireshark's own dissector of PROFINET
  if profile.length_at ~= nil and tvb:len() >= at + profile.length_at + 2 then
    if tvb(at + profile.length_at, 2):uint() ~= behind_at - at - octets_of(profile.before) + ${securityLength(0)} then return end
  end
  local ours = tree:add(keyturn, tvb(at))
  ours:add(fields.profile, profile.name):set_generated()
  if behind_at <= at + octets_of(profile.before) then
    ours:add_proto_expert_info(too_short)
    return
  end
  local seen = {}
  for _, field in ipairs(profile.before) do
    add(ours, tvb, field[1], at, field[2])
    seen[field[1]] = tvb(at, field[2]):uint()
    at = at + field[2]
  end
  add(ours, tvb, "c_sdu", at, behind_at - at)
  at = behind_at
  for _, field in ipairs(profile.behind) do
    add(ours, tvb, field[1], at, field[2])
    at = at + field[2]
  end
  local ids = seen.key_ids
  local current, following = math.floor(ids / 16), ids % 16
  local text = string.format(" [KeyId %d|%d", math.floor(current / 4), current % 4)
  if following ~= current then text = text .. string.format(", next %d|%d", math.floor(following / 4), following % 4) end
  pinfo.cols.info:append(text .. string.format(", counter %u]", seen.counter))
end

register_postdissector(keyturn)
`;
}

function protoField({ name, type, title }: (typeof SHOWN)[string]): string {
  const base = type === 'bytes' ? '' : `, base.${type === 'uint8' ? 'HEX' : 'DEC'}`;
  return `  ${name} = ProtoField.${type}("keyturn.${name}", "${title}"${base}),`;
}

function layout(name: ProfileName): string {
  const fields = FIELDS[name];
  const frameId = fields.findIndex((field) => field.name === 'frameId');
  const behindFrameId = placeOf(name, 'frameId') + FRAME_ID_OCTETS;
  const cSdu = fields.findIndex((field) => field.name === 'cSdu');
  const before = fields.slice(frameId + 1, cSdu);
  const behind = fields.slice(cSdu + 1);
  const saysLength = fields.some((field) => field.name === 'securityLength');
  const lengthAt = saysLength ? placeOf(name, 'securityLength') - behindFrameId : 'nil';
  return `  { name = "${name}", before = ${list(before)}, behind = ${list(behind)}, length_at = ${lengthAt} },`;
}

function list(fields: readonly Field[]): string {
  return `{ ${fields.map(({ name, octets }) => `{ "${SHOWN[name]?.name}", ${octets} }`).join(', ')} }`;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
