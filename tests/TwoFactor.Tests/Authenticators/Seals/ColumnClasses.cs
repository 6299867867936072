namespace TwoFactor.Tests.Authenticators.Seals;

using TwoFactor.Authenticators.Seals;

/// <summary>
/// What somebody gains who writes to a column. A new column must be named here: whoever adds one decides whether it decides anything.
/// </summary>
internal static class ColumnClasses
{
    /// <summary>It counts, or says that something was used: more of it, or less, is bounded by what else is checked.</summary>
    public const string Counts = "counts";

    /// <summary>It is shown, sorted or swept by.</summary>
    public const string Shows = "shows";

    /// <summary>A copy for lists and look-ups.</summary>
    public const string Copy = "copy";

    /// <summary>The row has a seal of its own, a tag, a link of the chain, or a ciphertext that is bound to it.</summary>
    public const string OwnSeal = "own seal";

    /// <summary>Whether the set-up is over.</summary>
    public const string Setup = "set-up";

    /// <summary>A line for each table and class: the parts of an account's seal by their own names.</summary>
    private const string Table = """
        account; person; id user_name name role mail second_mail former_mail former_second_mail mail_changed_at second_mail_changed_at
        account; person; role_since admin_until password_hash password_changed_at enrolled_at untrusted_since reverified_at
        account; shows; created_at last_sign_in_at own_enroll_by enroll_by reminded_at
        account; copy; held closed wait_until invited_at invited_until recovery_left
        code_guard; guard; account_id rev epoch held closed reset_at frozen_at person groups factors requests seal
        code_guard; counts; last_step fails fails30 fails30_from wait_until recovery_fails recovery_until unlocked_at
        account_group; groups; account_id name
        account_search_term; copy; word account_id
        group_deadline; shows; name enroll_by
        group_spelling; shows; folded name
        claimed_name; copy; folded account_id kind until
        authenticator; factors; id account_id number state ciphertext key_id confirmed_at is_imported
        authenticator; own seal; owner owner_seal epoch expires_at ticket_id session_id replaces_all
        authenticator; counts; confirm_fails extensions
        authenticator; shows; label folded_label created_at last_used_at removed_because
        recovery_set; factors; id account_id state salt memory_kibibytes iterations
        recovery_set; own seal; session_id epoch ciphertext key_id expires_at
        recovery_set; shows; created_at saved_at
        recovery_code; factors; set_id account_id hash used_at
        help_request; requests; id kind account_id epoch agent_id verified reason asked_at ends_at not_before second_id approved_at ended_at
        help_request; shows; ended_because
        ticket; own seal; id kind account_id id_mac seal epoch expires_at mail
        ticket; counts; used_at resends
        ticket; shows; created_at ended_because
        pending_sign_in; own seal; id id_mac seal account_id epoch expires_at return_url
        pending_sign_in; counts; tries used_at extensions
        pending_sign_in; shows; created_at typed_name
        session; own seal; id id_mac seal account_id epoch expires_at authenticator_id step proven_at recovered_at is_repair proof_seal
        session; counts; last_seen_at needs_code ended_at
        session; shows; created_at browser platform address
        device; own seal; id account_id id_mac seal expires_at
        device; shows; created_at
        password_guard; counts; account_id device_id fails wait_until
        saved_form; shows; session_id path fields at
        staged_import; own seal; session_id ciphertext key_id
        staged_import; shows; at
        import_batch; own seal; import_id number ciphertext key_id
        import_batch; counts; is_written
        running_import; counts; id state batches
        running_import; shows; started_at ended_at accounts failed_line why left_as_they_are
        audit_event; own seal; id kind at account_id actor_kind actor browser platform address number detail subject_id rev tag
        audit_event; own seal; count counted_since sequence mac
        handover_copy; own seal; session_id account_id kind ciphertext key_id
        handover_copy; shows; expires_at
        audit_event; shows; place refused_at
        audit_head; own seal; id sequence mac
        audit_anchor; own seal; id sequence mac checkpoints tag
        audit_tally; own seal; minute kind account_id n tag
        guard_checkpoint; own seal; account_id fails30 fails30_from rev
        key_canary; own seal; key_id canary
        key_canary; shows; created_at
        mac_key; own seal; id ciphertext key_id
        signing_key; own seal; kid ciphertext key_id
        signing_key; shows; created_at
        outbox_message; own seal; id account_id ciphertext key_id
        outbox_message; counts; tries next_try_at
        outbox_message; shows; created_at kind last_kind last_reply retried_at set_aside_at
        notice; shows; id account_id at kind seen_at text
        instance; set-up; setup_completed_at
        instance; counts; id admin_rev
        instance; shows; clock_alarm clock_alarm_until
        """;

    /// <summary>The class of each column.</summary>
    public static IReadOnlyDictionary<(string Table, string Column), string> All { get; } =
        (from line in Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
         let cells = line.Split(';', StringSplitOptions.TrimEntries)
         from column in cells[2].Split(' ', StringSplitOptions.RemoveEmptyEntries)
         select ((cells[0], column), cells[1])).ToDictionary();

    /// <summary>The columns that a part of an account's seal covers.</summary>
    public static IEnumerable<(string Table, string Column, SealedPart Part)> Deciding =>
        from column in All
        from part in Enum.GetValues<SealedPart>()
        where string.Equals(part.ToToken(), column.Value, StringComparison.Ordinal)
        select (column.Key.Table, column.Key.Column, part);
}
