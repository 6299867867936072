namespace TwoFactor.Storage.Migrations;

/// <summary>What the migration People writes by hand: the copies on an account that lists read are kept by triggers, so that no statement of the program can forget one.</summary>
/// <remarks>A table that is built anew loses its triggers: a migration that does so to <c>ticket</c>, <c>code_guard</c>, <c>recovery_set</c> or <c>recovery_code</c> must make them again.</remarks>
internal static class PeopleSql
{
    /// <summary>The guard's copies, and the end of the open invitation; that is void once the guard's epoch is another.</summary>
    private const string OfGuard =
        """
        CREATE TRIGGER code_guard_made AFTER INSERT ON code_guard BEGIN
         UPDATE account SET held=NEW.held, closed=NEW.closed, wait_until=NEW.wait_until,
          invited_until=(SELECT MAX(expires_at) FROM ticket WHERE account_id=NEW.account_id AND kind='invitation' AND used_at IS NULL AND epoch=NEW.epoch)
          WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER code_guard_changed AFTER UPDATE OF held, closed, wait_until ON code_guard
         WHEN OLD.held<>NEW.held OR OLD.closed<>NEW.closed OR OLD.wait_until<>NEW.wait_until BEGIN
         UPDATE account SET held=NEW.held, closed=NEW.closed, wait_until=NEW.wait_until WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER code_guard_raised AFTER UPDATE OF epoch ON code_guard WHEN OLD.epoch<>NEW.epoch BEGIN
         UPDATE account SET
          invited_until=(SELECT MAX(expires_at) FROM ticket WHERE account_id=NEW.account_id AND kind='invitation' AND used_at IS NULL AND epoch=NEW.epoch)
          WHERE id=NEW.account_id AND enrolled_at IS NULL;
        END;
        """;

    private const string OfTicket =
        """
        CREATE TRIGGER ticket_made AFTER INSERT ON ticket WHEN NEW.kind='invitation' BEGIN
         UPDATE account SET invited_at=COALESCE(invited_at, NEW.created_at),
          invited_until=(SELECT MAX(t.expires_at) FROM ticket t JOIN code_guard g ON g.account_id=t.account_id AND g.epoch=t.epoch
                          WHERE t.account_id=NEW.account_id AND t.kind='invitation' AND t.used_at IS NULL)
          WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER ticket_changed AFTER UPDATE OF used_at, expires_at, epoch, account_id ON ticket WHEN NEW.kind='invitation' BEGIN
         UPDATE account SET
          invited_until=(SELECT MAX(t.expires_at) FROM ticket t JOIN code_guard g ON g.account_id=t.account_id AND g.epoch=t.epoch
                          WHERE t.account_id=NEW.account_id AND t.kind='invitation' AND t.used_at IS NULL)
          WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER ticket_gone AFTER DELETE ON ticket WHEN OLD.kind='invitation' BEGIN
         UPDATE account SET
          invited_until=(SELECT MAX(t.expires_at) FROM ticket t JOIN code_guard g ON g.account_id=t.account_id AND g.epoch=t.epoch
                          WHERE t.account_id=OLD.account_id AND t.kind='invitation' AND t.used_at IS NULL)
          WHERE id=OLD.account_id;
        END;
        """;

    private const string OfRecovery =
        """
        CREATE TRIGGER recovery_code_used AFTER UPDATE OF used_at ON recovery_code BEGIN
         UPDATE account SET recovery_left=(SELECT COUNT(*) FROM recovery_set s JOIN recovery_code c ON c.set_id=s.id
                                            WHERE s.account_id=NEW.account_id AND s.state='active' AND c.used_at IS NULL) WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER recovery_set_saved AFTER UPDATE OF state ON recovery_set BEGIN
         UPDATE account SET recovery_left=(SELECT COUNT(*) FROM recovery_set s JOIN recovery_code c ON c.set_id=s.id
                                            WHERE s.account_id=NEW.account_id AND s.state='active' AND c.used_at IS NULL) WHERE id=NEW.account_id;
        END;
        CREATE TRIGGER recovery_set_gone AFTER DELETE ON recovery_set WHEN OLD.state='active' BEGIN
         UPDATE account SET recovery_left=(SELECT COUNT(*) FROM recovery_set s JOIN recovery_code c ON c.set_id=s.id
                                            WHERE s.account_id=OLD.account_id AND s.state='active' AND c.used_at IS NULL) WHERE id=OLD.account_id;
        END;
        """;

    /// <summary>What stands in an older database already. Nobody had an account there without an invitation, also where its row was swept. The words that people are found by need more than SQL: <c>database migrate</c> fills them.</summary>
    public const string Fill =
        """
        UPDATE account SET
         held=COALESCE((SELECT held FROM code_guard WHERE account_id=account.id), 0),
         closed=COALESCE((SELECT closed FROM code_guard WHERE account_id=account.id), 0),
         wait_until=COALESCE((SELECT wait_until FROM code_guard WHERE account_id=account.id), 0),
         invited_at=COALESCE((SELECT MIN(created_at) FROM ticket WHERE account_id=account.id AND kind='invitation'), CASE WHEN enrolled_at IS NULL THEN created_at END),
         invited_until=(SELECT MAX(t.expires_at) FROM ticket t JOIN code_guard g ON g.account_id=t.account_id AND g.epoch=t.epoch
                         WHERE t.account_id=account.id AND t.kind='invitation' AND t.used_at IS NULL),
         recovery_left=(SELECT COUNT(*) FROM recovery_set s JOIN recovery_code c ON c.set_id=s.id
                         WHERE s.account_id=account.id AND s.state='active' AND c.used_at IS NULL);
        """;

    public const string Drop =
        """
        DROP TRIGGER code_guard_made; DROP TRIGGER code_guard_changed; DROP TRIGGER code_guard_raised;
        DROP TRIGGER ticket_made; DROP TRIGGER ticket_changed; DROP TRIGGER ticket_gone;
        DROP TRIGGER recovery_code_used; DROP TRIGGER recovery_set_saved; DROP TRIGGER recovery_set_gone;
        """;

    public static string Create { get; } = string.Join('\n', OfGuard, OfTicket, OfRecovery);
}
