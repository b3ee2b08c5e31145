//! Data forms (XEP-0004) with media elements (XEP-0221).

use crate::{Element, ns};

/// What a form is for (XEP-0004 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormKind {
    /// To be filled in.
    Form,
    /// Filled in.
    Submit,
    /// Not to be filled in after all.
    Cancel,
    /// Data, such as search results.
    Result,
}

/// How a field is filled in (XEP-0004 §3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FieldType {
    /// `0`/`false` or `1`/`true`.
    Boolean,
    /// Text to read, nothing to fill in.
    Fixed,
    /// Not shown, sent back as it came.
    Hidden,
    /// Several addresses.
    JidMulti,
    /// One address.
    JidSingle,
    /// Any of the options.
    ListMulti,
    /// One of the options.
    ListSingle,
    /// Several lines, a value each.
    TextMulti,
    /// One line nobody should read over the shoulder.
    TextPrivate,
    /// One line; also what an unknown type counts as.
    #[default]
    TextSingle,
}

impl FieldType {
    fn from_name(name: &str) -> Self {
        match name {
            "boolean" => Self::Boolean,
            "fixed" => Self::Fixed,
            "hidden" => Self::Hidden,
            "jid-multi" => Self::JidMulti,
            "jid-single" => Self::JidSingle,
            "list-multi" => Self::ListMulti,
            "list-single" => Self::ListSingle,
            "text-multi" => Self::TextMulti,
            "text-private" => Self::TextPrivate,
            _ => Self::TextSingle,
        }
    }
}

/// One choice of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldOption {
    /// What is sent.
    pub value: String,
    /// What is shown; the value itself if the server gave no label.
    pub label: String,
}

/// One place where a media element's content can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaUri {
    /// MIME type, in lower case, without parameters.
    pub mime: String,
    /// `cid:` (XEP-0231), `http:`, … : not checked here.
    pub uri: String,
}

/// The same picture or sound in one or several encodings (XEP-0221).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaElement {
    /// The encodings, in the server's order.
    pub uris: Vec<MediaUri>,
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name; empty for a fixed field without one.
    pub var: String,
    /// How it is filled in.
    pub kind: FieldType,
    /// What to call it.
    pub label: Option<String>,
    /// Whether the server insists.
    pub required: bool,
    /// Preset values.
    pub values: Vec<String>,
    /// What can be chosen.
    pub options: Vec<FieldOption>,
    /// Pictures and sounds.
    pub media: Vec<MediaElement>,
}

impl Field {
    /// All values as one text, a line each.
    pub fn value(&self) -> String {
        self.values.join("\n")
    }
}

/// A data form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataForm {
    /// What it is for.
    pub kind: FormKind,
    /// Heading.
    pub title: Option<String>,
    /// What to do with it; several paragraphs are joined by line ends.
    pub instructions: Option<String>,
    /// Fields in the server's order.
    pub fields: Vec<Field>,
}

impl DataForm {
    /// Reads the `<x xmlns='jabber:x:data'/>` element itself; `None` if it is none or its type is unknown.
    pub fn parse(x: &Element) -> Option<Self> {
        if !x.is("x", ns::DATA_FORMS) {
            return None;
        }
        let kind = match x.get("type") {
            Some("form") => FormKind::Form,
            Some("submit") => FormKind::Submit,
            Some("cancel") => FormKind::Cancel,
            Some("result") => FormKind::Result,
            _ => return None,
        };
        let paragraphs: Vec<_> = x.find_all("instructions", ns::DATA_FORMS).map(Element::text).collect();
        Some(Self {
            kind,
            title: x.child_text("title", ns::DATA_FORMS).filter(|title| !title.is_empty()),
            instructions: Some(paragraphs.join("\n")).filter(|text| !text.is_empty()),
            fields: x.find_all("field", ns::DATA_FORMS).map(parse_field).collect(),
        })
    }

    /// Reads the first data form among the children of an element.
    pub fn in_child(parent: &Element) -> Option<Self> {
        parent.find_all("x", ns::DATA_FORMS).find_map(Self::parse)
    }

    /// The value of the hidden field `FORM_TYPE`, which says what the fields mean (XEP-0068).
    pub fn form_type(&self) -> Option<&str> {
        self.field("FORM_TYPE").and_then(|field| field.values.first()).map(String::as_str)
    }

    /// A field by its name.
    pub fn field(&self, var: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.var == var)
    }

    /// This form filled in, `(var, value)` per answer, as an `<x type='submit'/>`. Fields without an answer go back
    /// with their presets; empty ones and texts to read are left out. The lines of a `text-multi` or `jid-multi`
    /// answer become a value each; several answers with one `var` become several values.
    pub fn submit(&self, answers: &[(String, String)]) -> Element {
        let mut x = Element::new("x", ns::DATA_FORMS).attr("type", "submit");
        for field in
            self.fields.iter().filter(|field| field.kind != FieldType::Fixed && !field.var.is_empty())
        {
            let mut given =
                answers.iter().filter(|(var, _)| *var == field.var).map(|(_, value)| value).peekable();
            let values: Vec<&str> = if given.peek().is_none() || field.kind == FieldType::Hidden {
                field.values.iter().map(String::as_str).collect()
            } else if matches!(field.kind, FieldType::TextMulti | FieldType::JidMulti) {
                given.flat_map(|text| text.lines()).collect()
            } else {
                given.map(String::as_str).collect()
            };
            if values.iter().all(|value| value.is_empty()) {
                continue;
            }
            let filled = Element::new("field", ns::DATA_FORMS).attr("var", &field.var);
            x.push(values.into_iter().fold(filled, |field, value| {
                field.with(Element::new("value", ns::DATA_FORMS).with_text(value))
            }));
        }
        x
    }
}

fn parse_field(field: &Element) -> Field {
    let var = field.get("var").unwrap_or_default().to_owned();
    // XEP-0068 §4: FORM_TYPE is hidden even where its type is not written (forms of type `submit`).
    let kind = if var == "FORM_TYPE" {
        FieldType::Hidden
    } else {
        FieldType::from_name(field.get("type").unwrap_or_default())
    };
    Field {
        var,
        kind,
        label: field.get("label").filter(|label| !label.is_empty()).map(str::to_owned),
        required: field.find("required", ns::DATA_FORMS).is_some(),
        values: field.find_all("value", ns::DATA_FORMS).map(Element::text).collect(),
        options: field.find_all("option", ns::DATA_FORMS).filter_map(parse_option).collect(),
        media: field.find_all("media", ns::MEDIA).map(parse_media).collect(),
    }
}

fn parse_option(option: &Element) -> Option<FieldOption> {
    let value = option.child_text("value", ns::DATA_FORMS)?;
    let label = option.get("label").filter(|label| !label.is_empty()).unwrap_or(&value).to_owned();
    Some(FieldOption { value, label })
}

fn parse_media(media: &Element) -> MediaElement {
    let uris = media.find_all("uri", ns::MEDIA).filter_map(|uri| {
        let mime = uri.get("type")?.split(';').next()?.trim().to_ascii_lowercase();
        Some(MediaUri { mime, uri: uri.text().trim().to_owned() })
    });
    MediaElement { uris: uris.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTCHA: &str = "<x xmlns='jabber:x:data' type='form'><title>Bot?</title><instructions>Look.</instructions>\
        <instructions>Type.</instructions><field type='hidden' var='FORM_TYPE'><value>urn:xmpp:captcha</value></field>\
        <field type='fixed'><value>Hello</value></field>\
        <field type='text-single' label='Text' var='ocr'><required/><media xmlns='urn:xmpp:media-element' width='290'>\
        <uri type='image/JPEG; q=1'> cid:sha1+8f35@bob.xmpp.org </uri><uri type='image/png'>http://x/y</uri></media></field>\
        <field type='list-single' var='color'><option label='Red'><value>r</value></option><option><value>g</value></option>\
        <option label='none'/></field><field type='text-multi' var='notes'><value>a</value><value>b</value></field>\
        <field type='list-multi' var='tags'/><field var='empty'/></x>";

    fn captcha() -> DataForm {
        DataForm::parse(&Element::parse(CAPTCHA).unwrap()).unwrap()
    }

    #[test]
    fn forms_are_read() {
        let form = captcha();
        assert_eq!((form.kind, form.title.as_deref()), (FormKind::Form, Some("Bot?")));
        assert_eq!(form.instructions.as_deref(), Some("Look.\nType."));
        assert_eq!(form.form_type(), Some("urn:xmpp:captcha"));
        let ocr = form.field("ocr").unwrap();
        assert!(ocr.required && ocr.kind == FieldType::TextSingle && ocr.label.as_deref() == Some("Text"));
        let uris = &ocr.media[0].uris;
        assert_eq!(
            (uris[0].mime.as_str(), uris[0].uri.as_str()),
            ("image/jpeg", "cid:sha1+8f35@bob.xmpp.org")
        );
        assert_eq!(uris[1].uri, "http://x/y");
        let options: Vec<_> = form
            .field("color")
            .unwrap()
            .options
            .iter()
            .map(|o| (o.value.as_str(), o.label.as_str()))
            .collect();
        assert_eq!(options, [("r", "Red"), ("g", "g")]);
        assert_eq!(form.field("notes").unwrap().value(), "a\nb");
        let iq = Element::new("iq", ns::CLIENT).with(Element::parse(CAPTCHA).unwrap());
        assert_eq!(DataForm::in_child(&iq), Some(form));
        assert_eq!(DataForm::parse(&Element::new("x", ns::DATA_FORMS).attr("type", "odd")), None);
        assert_eq!(DataForm::parse(&Element::new("x", "u").attr("type", "form")), None);
    }

    #[test]
    fn a_filled_in_form_has_answers_and_presets() {
        let answers = [
            ("ocr", "7nHL3"),
            ("FORM_TYPE", "forged"),
            ("notes", "1\n2"),
            ("tags", "x"),
            ("tags", "y"),
            ("other", "z"),
        ]
        .map(|(var, value)| (var.to_owned(), value.to_owned()));
        let form = DataForm::parse(&captcha().submit(&answers)).unwrap();
        assert_eq!(form.kind, FormKind::Submit);
        let sent: Vec<_> = form.fields.iter().map(|field| (field.var.as_str(), field.value())).collect();
        let expected =
            [("FORM_TYPE", "urn:xmpp:captcha"), ("ocr", "7nHL3"), ("notes", "1\n2"), ("tags", "x\ny")];
        assert_eq!(sent, expected.map(|(var, value)| (var, value.to_owned())));
        let untouched = DataForm::parse(&captcha().submit(&[])).unwrap();
        assert_eq!(untouched.field("notes").unwrap().values, ["a", "b"]);
    }
}
