// Contacts as people write them: their kinds, what two ways of writing one share, what was typed.
const kinds = ["mobile", "phs", "landline", "wechat", "qq", "email", "post"];
const dialledKinds = ["mobile", "phs", "landline"];

const isDialled = (contact) => dialledKinds.includes(contact.kind);

// What two ways of writing one contact share; all telephone numbers are of one kind.
function contactKey({ kind, value }) {
  if (!dialledKinds.includes(kind)) return `${kind}:${value.trim().toLowerCase()}`;
  const digits = value.replace(/\P{Nd}/gu, "");
  return `number:${/^86(1\d{10}|0\d{9,})$/.test(digits) ? digits.slice(2) : digits}`;
}

// A contact as an agent typed it, with its kind told by the value; the store reads it anew.
function typedContact(contact) {
  if (!contact || contact.kind) return contact ?? null;
  const value = contact.value.trim();
  const plain = value.replace(/[\s-]/g, "").replace(/^(\+|00)86/, "");
  let kind = "wechat";
  if (/^1[3-9]\d{9}$/.test(plain)) kind = "mobile";
  else if (/^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(value)) kind = "email";
  else if (/^qq\D{0,3}\d{5,12}$/i.test(value)) kind = "qq";
  else if (/^https?:\/\/\S+$/.test(value)) kind = "post";
  else if (/^[+\d][\d\s()-]{2,}$/.test(value)) kind = "landline";
  return { ...contact, kind, value: kind === "mobile" ? plain : value };
}

export { contactKey, isDialled, kinds, typedContact };
