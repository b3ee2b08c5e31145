//! XEP-0077 in all its shapes.
#![cfg(feature = "testing")]

use engine::testing::{MiniServer, ServerOptions, World};
use model::{Command, Connection, Endpoint, Event, FieldKind, MediaSource, Problem, SignUp, SignUpForm};

fn sign_up(register: Option<&str>) -> (World, MiniServer) {
    let mut world = World::new(None);
    world.command(Command::SignUp(SignUp {
        jid: "alice@example.org".parse().unwrap(),
        password: "secret".into(),
        endpoint: Endpoint::Url("wss://example.org/ws".into()),
    }));
    let register = register.map(str::to_owned);
    let mut server = MiniServer::new(ServerOptions { register, ..ServerOptions::default() });
    server.accept(&mut world);
    (world, server)
}

fn form(world: &World) -> SignUpForm {
    let form = |event: &Event| match event {
        Event::SignUpForm(form) => Some(form.clone()),
        _ => None,
    };
    world.events.iter().find_map(form).unwrap_or_else(|| panic!("no form: {:?}", world.events))
}

fn is_online(world: &World) -> bool {
    world.events.contains(&Event::Connection(Connection::Online))
}

#[test]
fn name_and_password_need_no_form() {
    let (world, server) = sign_up(Some("<instructions>Choose</instructions><username/><password/>"));
    assert!(is_online(&world));
    let query = server.inbox[0].find("query", "jabber:iq:register").unwrap();
    assert_eq!(query.child_text("username", "jabber:iq:register").as_deref(), Some("alice"));
    assert_eq!(query.child_text("password", "jabber:iq:register").as_deref(), Some("secret"));
}

#[test]
fn legacy_extra_fields_are_asked() {
    let (mut world, mut server) = sign_up(Some("<username/><password/><email/>"));
    let mut form = form(&world);
    let email = form.fields.iter_mut().find(|field| field.var == "email").unwrap();
    email.value = "a@b.example".into();
    world.command(Command::SubmitSignUp(form));
    server.talk(&mut world);
    assert!(is_online(&world));
}

#[test]
fn data_form_with_captcha() {
    let (mut world, mut server) = sign_up(Some(
        "<instructions>old clients</instructions><username/><password/>\
         <x xmlns='jabber:x:data' type='form'><instructions>Type the word</instructions>\
         <field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>\
         <field type='text-single' var='username' label='User'><required/></field>\
         <field type='text-private' var='password'><required/></field>\
         <field type='boolean' var='tos' label='Terms'><value>false</value></field>\
         <field type='text-single' var='ocr' label='Word'><required/>\
         <media xmlns='urn:xmpp:media-element'><uri type='video/mp4'>cid:v</uri><uri type='image/png'>cid:c@bob.xmpp.org</uri></media></field></x>\
         <data xmlns='urn:xmpp:bob' cid='c@bob.xmpp.org' type='image/png'>aGVs\nbG8=</data>",
    ));
    let mut form = form(&world);
    assert_eq!(form.instructions.as_deref(), Some("Type the word"));
    let kinds: Vec<&FieldKind> = form.fields.iter().map(|field| &field.kind).collect();
    assert_eq!(
        kinds,
        [&FieldKind::Hidden, &FieldKind::Text, &FieldKind::Private, &FieldKind::Bool, &FieldKind::Text]
    );
    let word = form.fields.iter_mut().find(|field| field.var == "ocr").unwrap();
    assert_eq!(word.media[0].source, MediaSource::Data(b"hello".to_vec()));
    word.value = "bird".into();
    form.fields.iter_mut().filter(|field| field.var == "password").for_each(|field| field.value.clear());
    world.command(Command::SubmitSignUp(form));
    server.talk(&mut world);
    assert!(is_online(&world), "the password typed first is filled in: {:?}", world.events);
    let sent = server.inbox[0].to_xml();
    for part in ["jabber:iq:register", "bird", "alice", "secret"] {
        assert!(sent.contains(part), "{part} in {sent}");
    }
}

#[test]
fn a_web_page_instead() {
    let (world, _) = sign_up(Some(
        "<instructions>Go there</instructions><x xmlns='jabber:x:oob'><url>https://example.org/join</url></x>",
    ));
    assert_eq!(form(&world).redirect.as_deref(), Some("https://example.org/join"));
    let (world, _) = sign_up(Some("<x xmlns='jabber:x:oob'><url>javascript:alert(1)</url></x>"));
    assert!(world.events.contains(&Event::Problem(Problem::SignUpClosed)));
}

#[test]
fn closed_and_cancelled() {
    let (world, _) = sign_up(None);
    assert!(world.events.contains(&Event::Problem(Problem::SignUpClosed)));
    let (mut world, _) = sign_up(Some("<username/><password/><email/>"));
    world.command(Command::Cancel);
    assert_eq!(world.socket, None);
    assert_eq!(world.events.last(), Some(&Event::Connection(Connection::Idle)));
}

#[test]
fn refusals_have_words() {
    for (condition, problem) in [
        ("conflict", Problem::NameTaken),
        ("not-allowed", Problem::SignUpClosed),
        ("not-acceptable", Problem::SignUpRefused { text: Some("no".into()) }),
    ] {
        let (mut world, _) = sign_up(Some("<username/><password/><email/>"));
        world.take_sent();
        world.command(Command::SubmitSignUp(form(&world)));
        let sent = stanza::Element::parse(&world.take_sent()[0]).unwrap();
        world.frame(&format!(
            "<iq xmlns='jabber:client' type='error' id='{}'><error type='cancel'>\
             <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error></iq>",
            sent.get("id").unwrap()
        ));
        assert!(world.events.contains(&Event::Problem(problem)), "{condition}: {:?}", world.events);
    }
}
