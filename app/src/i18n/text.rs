//! The shape of a string table.

/// Makes [`Text`] from the list of its entries.
macro_rules! texts {
    ($($(#[$doc:meta])* $key:ident)*) => {
        /// Every sentence of the user interface in one language. `{}` marks the place of a value.
        pub(crate) struct Text {
            $($(#[$doc])* pub(crate) $key: &'static str,)*
        }

        #[cfg(test)]
        impl Text {
            /// Every entry with its key, in one order for all languages.
            pub(crate) fn entries(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($key), self.$key),)*]
            }
        }
    };
}

texts! {
    brand

    // Log-in and sign-up
    tagline
    address
    /// Shape of an address, where the operator gave no domain.
    address_hint
    password
    show_password
    hide_password
    log_in
    logging_in
    create_account
    creating_account
    have_account
    log_in_instead
    sign_up_title
    password_hint
    advanced
    websocket_address
    websocket_hint
    continue_
    cancel
    finish_on_page
    finish_text
    sign_up_off
    captcha
    captcha_audio
    address_empty
    /// A server's name without a person's.
    address_no_local
    /// A person's name without a server's.
    address_no_domain
    address_bad
    password_empty
    password_short
    websocket_bad
    field_empty
    choose

    // Well-known fields of XEP-0077
    field_email
    field_name
    field_first
    field_last
    field_nick
    field_phone
    field_captcha

    // Frame
    nav_main
    chats
    contacts
    settings
    back
    dismiss
    done
    /// This device keeps nothing.
    not_kept
    pick_chat
    pick_chat_text
    page_title_unread

    // Connection
    connection
    conn_idle
    conn_connecting
    conn_online
    conn_waiting
    conn_no_network
    conn_stopped
    try_now
    log_in_again

    // Chat list
    no_chats
    no_chats_text
    archived
    nothing_archived
    /// What can be done with a chat.
    chat_menu
    pin
    unpin
    pinned
    mute
    unmute
    muted
    /// Somebody named this account in the chat.
    mentioned
    mute_hour
    mute_hours
    mute_morning
    mute_always
    mark_read
    mark_unread
    marked_unread
    archive_chat
    unarchive_chat
    search_chats
    clear_search
    /// Where chats are searched; with their number.
    found_one
    found_other
    found_none
    /// Before what was begun and not sent.
    draft
    add_a_contact
    your_address
    copy
    copied
    you
    unread_one
    unread_other
    no_messages_preview

    // Search
    search
    search_messages
    /// From the search of chats.
    search_messages_for
    /// Whose chat is searched.
    search_in
    search_everywhere
    search_this_chat
    search_results
    jump_to_date
    search_text
    search_vague
    search_one
    search_other
    /// There are more.
    search_newest
    search_more
    search_none
    search_none_text
    search_partial
    search_there
    search_there_now
    search_there_found
    search_there_none
    search_there_failed

    // Chat
    messages
    message
    send
    retry
    delete
    ok
    /// The number of messages below the view.
    new_one
    new_other
    jump_to_end
    /// Where the unread messages begin; with their number.
    jump_to_unread
    /// The button that leads back to where the view was before it went to a message far away.
    jump_back
    /// Messages that the server's archive has and this device has not.
    hole
    hole_fetch
    hole_closing
    hole_offline
    /// The contact is writing to us right now.
    writing
    chat_options
    chat_markers_text
    chat_typing_text
    as_for_all
    /// This account, as the author of a message.
    me
    /// The author took it back.
    retracted
    retracted_ours
    edited
    earlier_texts
    reactions
    react_otherwise
    /// Who, with what, to what.
    reacted
    go_to_message
    replying
    replying_to_me
    editing
    reply
    edit
    delete_for_me
    delete_for_all
    delete_title
    delete_title_other
    delete_for_me_text
    delete_for_all_text
    state_queued
    state_sent
    state_delivered
    state_read
    state_failed
    about_queued
    about_sent
    about_delivered
    about_read
    about_failed
    /// What a message's button and menu are called.
    more_about_message
    message_details
    detail_from
    detail_to
    detail_written
    detail_state
    detail_encryption
    /// The server and whoever runs it can read it.
    detail_not_encrypted
    detail_id
    detail_archive_id
    state_received
    about_received
    forward
    forward_to
    forward_search
    /// To whom, or to how many.
    forwarded
    forwarded_many
    share
    star
    unstar
    starred
    starred_messages
    nothing_starred
    select_several
    selected_one
    selected_other
    /// The button beside the text, and its menu: what else a message can be.
    add_to_message
    spoiler
    send_as_spoiler
    no_spoiler
    spoiler_hint
    emoji
    emoji_search
    /// The button that changes the skin tone; its number follows.
    emoji_tone
    emoji_failed
    emoji_none
    emoji_recent
    emoji_smileys
    emoji_people
    emoji_nature
    emoji_food
    emoji_travel
    emoji_activities
    emoji_objects
    emoji_symbols
    emoji_flags
    chat_empty
    chat_empty_text
    loading
    today
    yesterday

    // Presence
    presence_chat
    presence_online
    presence_away
    presence_xa
    presence_dnd
    presence_offline

    // Contacts
    requests
    wants_to_add
    accept
    refuse
    contact_address
    add_contact
    contact_added
    contact_is_self
    contact_known
    contacts_empty
    contacts_empty_text
    sub_none
    sub_asked
    sub_to
    sub_from
    remove
    remove_title
    remove_text
    remove_contact

    // Settings
    account
    language
    theme
    system
    english
    chinese
    light
    dark
    text_size
    text_normal
    text_large
    text_largest
    keys
    keys_text
    show_keys
    key_send
    key_newline
    key_next
    key_previous
    key_leave
    key_help
    privacy
    send_markers
    send_markers_text
    send_typing
    send_typing_text
    privacy_per_person
    archive
    archive_always
    archive_roster
    archive_never
    archive_text
    stored_title
    stored_text
    stored_password
    kept
    may_be_cleared
    ask_to_keep
    log_out
    log_out_title
    log_out_text
    erase
    erase_text
    about
    version
    about_text
    retry_connection
}
