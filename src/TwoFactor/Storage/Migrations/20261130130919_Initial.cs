using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "account",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    user_name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    mail = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    second_mail = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    former_mail = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    mail_changed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    former_second_mail = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    second_mail_changed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    untrusted_since = table.Column<long>(type: "INTEGER", nullable: true),
                    reverified_at = table.Column<long>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    role = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    role_since = table.Column<long>(type: "INTEGER", nullable: false),
                    admin_until = table.Column<long>(type: "INTEGER", nullable: true),
                    password_hash = table.Column<string>(type: "TEXT", nullable: true),
                    password_changed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    enrolled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_sign_in_at = table.Column<long>(type: "INTEGER", nullable: true),
                    own_enroll_by = table.Column<long>(type: "INTEGER", nullable: true),
                    enroll_by = table.Column<long>(type: "INTEGER", nullable: true),
                    reminded_at = table.Column<long>(type: "INTEGER", nullable: true),
                    invited_at = table.Column<long>(type: "INTEGER", nullable: true),
                    invited_until = table.Column<long>(type: "INTEGER", nullable: true),
                    held = table.Column<long>(type: "INTEGER", nullable: false),
                    closed = table.Column<bool>(type: "INTEGER", nullable: false),
                    wait_until = table.Column<long>(type: "INTEGER", nullable: false),
                    recovery_left = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account", x => x.id);
                    table.CheckConstraint("account_role_is_known", "role IN ('user', 'helpdesk', 'admin')");
                });

            migrationBuilder.CreateTable(
                name: "audit_anchor",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    checkpoints = table.Column<byte[]>(type: "BLOB", nullable: false),
                    tag = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_anchor", x => x.id);
                    table.CheckConstraint("audit_anchor_is_one", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "audit_event",
                columns: table => new
                {
                    place = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    actor_kind = table.Column<byte>(type: "INTEGER", nullable: false),
                    actor = table.Column<Guid>(type: "TEXT", nullable: true),
                    browser = table.Column<byte>(type: "INTEGER", nullable: false),
                    platform = table.Column<byte>(type: "INTEGER", nullable: false),
                    address = table.Column<byte[]>(type: "BLOB", nullable: true),
                    number = table.Column<long>(type: "INTEGER", nullable: true),
                    detail = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    subject_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    rev = table.Column<long>(type: "INTEGER", nullable: true),
                    count = table.Column<int>(type: "INTEGER", nullable: true),
                    counted_since = table.Column<long>(type: "INTEGER", nullable: true),
                    tag = table.Column<byte[]>(type: "BLOB", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: true),
                    mac = table.Column<byte[]>(type: "BLOB", nullable: true),
                    refused_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_event", x => x.place);
                    table.CheckConstraint("audit_event_address", "length(address) IN (4, 16)");
                    table.CheckConstraint("audit_event_count", "(count IS NULL) = (counted_since IS NULL)");
                    table.CheckConstraint("audit_event_detail", "length(detail) <= 1000");
                    table.CheckConstraint("audit_event_kind", "length(kind) BETWEEN 1 AND 40");
                    table.CheckConstraint("audit_event_mac", "length(mac) = 32");
                    table.CheckConstraint("audit_event_sealed", "(sequence IS NULL) = (mac IS NULL)");
                    table.CheckConstraint("audit_event_subject", "(subject_id IS NULL) = (rev IS NULL)");
                    table.CheckConstraint("audit_event_tag", "length(tag) = 32");
                });

            migrationBuilder.CreateTable(
                name: "audit_head",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    sequence = table.Column<long>(type: "INTEGER", nullable: false),
                    mac = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_head", x => x.id);
                    table.CheckConstraint("audit_head_is_one", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "audit_tally",
                columns: table => new
                {
                    kind = table.Column<string>(type: "TEXT", maxLength: 40, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    n = table.Column<long>(type: "INTEGER", nullable: false),
                    tag = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_tally", x => new { x.minute, x.kind, x.account_id });
                });

            migrationBuilder.CreateTable(
                name: "claimed_name",
                columns: table => new
                {
                    folded = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_claimed_name", x => x.folded);
                });

            migrationBuilder.CreateTable(
                name: "group_deadline",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    enroll_by = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_group_deadline", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "group_spelling",
                columns: table => new
                {
                    folded = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_group_spelling", x => x.folded);
                });

            migrationBuilder.CreateTable(
                name: "guard_checkpoint",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    fails30 = table.Column<int>(type: "INTEGER", nullable: false),
                    fails30_from = table.Column<long>(type: "INTEGER", nullable: false),
                    rev = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guard_checkpoint", x => x.account_id);
                });

            migrationBuilder.CreateTable(
                name: "instance",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    admin_rev = table.Column<long>(type: "INTEGER", nullable: false),
                    setup_completed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    clock_alarm = table.Column<int>(type: "INTEGER", nullable: false),
                    clock_alarm_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_instance", x => x.id);
                    table.CheckConstraint("instance_is_one", "id = 1");
                });

            migrationBuilder.CreateTable(
                name: "key_canary",
                columns: table => new
                {
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    canary = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_canary", x => x.key_id);
                });

            migrationBuilder.CreateTable(
                name: "notice",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    text = table.Column<string>(type: "TEXT", maxLength: 128, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_notice", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "running_import",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    accounts = table.Column<int>(type: "INTEGER", nullable: false),
                    batches = table.Column<int>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    failed_line = table.Column<int>(type: "INTEGER", nullable: true),
                    why = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    left_as_they_are = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_running_import", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "account_group",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_group", x => new { x.account_id, x.name });
                    table.ForeignKey(
                        name: "FK_account_group_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "account_search_term",
                columns: table => new
                {
                    word = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_search_term", x => new { x.word, x.account_id });
                    table.ForeignKey(
                        name: "FK_account_search_term_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "code_guard",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    last_step = table.Column<long>(type: "INTEGER", nullable: false),
                    fails = table.Column<int>(type: "INTEGER", nullable: false),
                    fails30 = table.Column<int>(type: "INTEGER", nullable: false),
                    fails30_from = table.Column<long>(type: "INTEGER", nullable: false),
                    wait_until = table.Column<long>(type: "INTEGER", nullable: false),
                    closed = table.Column<bool>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false),
                    unlocked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reset_at = table.Column<long>(type: "INTEGER", nullable: true),
                    frozen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    recovery_fails = table.Column<int>(type: "INTEGER", nullable: false),
                    recovery_until = table.Column<long>(type: "INTEGER", nullable: false),
                    rev = table.Column<long>(type: "INTEGER", nullable: false),
                    person = table.Column<byte[]>(type: "BLOB", nullable: false),
                    groups = table.Column<byte[]>(type: "BLOB", nullable: false),
                    factors = table.Column<byte[]>(type: "BLOB", nullable: false),
                    requests = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_code_guard", x => x.account_id);
                    table.CheckConstraint("code_guard_counts", "fails >= 0 AND fails30 >= 0 AND held BETWEEN 0 AND 7");
                    table.CheckConstraint("code_guard_seal", "rev > 0 AND length(seal) = 33");
                    table.ForeignKey(
                        name: "FK_code_guard_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "device",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    id_mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_device", x => x.id);
                    table.ForeignKey(
                        name: "FK_device_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "help_request",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    agent_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    verified = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    reason = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: false),
                    asked_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ends_at = table.Column<long>(type: "INTEGER", nullable: false),
                    not_before = table.Column<long>(type: "INTEGER", nullable: true),
                    second_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    approved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_because = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_help_request", x => x.id);
                    table.ForeignKey(
                        name: "FK_help_request_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "password_guard",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    device_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    fails = table.Column<int>(type: "INTEGER", nullable: false),
                    wait_until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_password_guard", x => new { x.account_id, x.device_id });
                    table.CheckConstraint("password_guard_counts_up", "fails >= 0 AND wait_until >= 0");
                    table.ForeignKey(
                        name: "FK_password_guard_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pending_sign_in",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    id_mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    extensions = table.Column<int>(type: "INTEGER", nullable: false),
                    return_url = table.Column<string>(type: "TEXT", maxLength: 1024, nullable: true),
                    typed_name = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_pending_sign_in", x => x.id);
                    table.ForeignKey(
                        name: "FK_pending_sign_in_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "session",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    id_mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    last_seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    authenticator_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    proven_at = table.Column<long>(type: "INTEGER", nullable: true),
                    recovered_at = table.Column<long>(type: "INTEGER", nullable: true),
                    is_repair = table.Column<bool>(type: "INTEGER", nullable: false),
                    proof_seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    needs_code = table.Column<bool>(type: "INTEGER", nullable: false),
                    browser = table.Column<byte>(type: "INTEGER", nullable: false),
                    platform = table.Column<byte>(type: "INTEGER", nullable: false),
                    address = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_session", x => x.id);
                    table.ForeignKey(
                        name: "FK_session_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ticket",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    id_mac = table.Column<byte[]>(type: "BLOB", nullable: false),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_because = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    mail = table.Column<string>(type: "TEXT", maxLength: 254, nullable: true),
                    resends = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ticket", x => x.id);
                    table.ForeignKey(
                        name: "FK_ticket_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "mac_key",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_mac_key", x => x.id);
                    table.CheckConstraint("mac_key_is_one", "id = 1");
                    table.ForeignKey(
                        name: "FK_mac_key_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "outbox_message",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 32, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    tries = table.Column<int>(type: "INTEGER", nullable: false),
                    next_try_at = table.Column<long>(type: "INTEGER", nullable: false),
                    set_aside_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_kind = table.Column<byte>(type: "INTEGER", nullable: true),
                    last_reply = table.Column<int>(type: "INTEGER", nullable: true),
                    retried_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox_message", x => x.id);
                    table.ForeignKey(
                        name: "FK_outbox_message_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "recovery_set",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    salt = table.Column<byte[]>(type: "BLOB", nullable: false),
                    memory_kibibytes = table.Column<int>(type: "INTEGER", nullable: false),
                    iterations = table.Column<int>(type: "INTEGER", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: true),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false),
                    saved_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recovery_set", x => x.id);
                    table.CheckConstraint("recovery_set_state", "state IN ('pending', 'active') AND (state = 'active') = (ciphertext IS NULL)");
                    table.ForeignKey(
                        name: "FK_recovery_set_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_recovery_set_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "signing_key",
                columns: table => new
                {
                    kid = table.Column<string>(type: "TEXT", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_signing_key", x => x.kid);
                    table.ForeignKey(
                        name: "FK_signing_key_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "import_batch",
                columns: table => new
                {
                    import_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    is_written = table.Column<bool>(type: "INTEGER", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_import_batch", x => new { x.import_id, x.number });
                    table.ForeignKey(
                        name: "FK_import_batch_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_import_batch_running_import_import_id",
                        column: x => x.import_id,
                        principalTable: "running_import",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "handover_copy",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_handover_copy", x => new { x.session_id, x.account_id, x.kind });
                    table.ForeignKey(
                        name: "FK_handover_copy_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_handover_copy_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_handover_copy_session_session_id",
                        column: x => x.session_id,
                        principalTable: "session",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "saved_form",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    fields = table.Column<string>(type: "TEXT", maxLength: 8192, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_saved_form", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_saved_form_session_session_id",
                        column: x => x.session_id,
                        principalTable: "session",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "staged_import",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_staged_import", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_staged_import_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_staged_import_session_session_id",
                        column: x => x.session_id,
                        principalTable: "session",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "authenticator",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    label = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    folded_label = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    state = table.Column<string>(type: "TEXT", maxLength: 16, nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: true),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: true),
                    extensions = table.Column<int>(type: "INTEGER", nullable: false),
                    confirm_fails = table.Column<int>(type: "INTEGER", nullable: false),
                    owner = table.Column<byte[]>(type: "BLOB", nullable: false),
                    owner_seal = table.Column<byte[]>(type: "BLOB", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    ticket_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    session_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    is_imported = table.Column<bool>(type: "INTEGER", nullable: false),
                    replaces_all = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    confirmed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used_at = table.Column<long>(type: "INTEGER", nullable: true),
                    removed_because = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_authenticator", x => x.id);
                    table.CheckConstraint("authenticator_state", "state IN ('pending', 'active', 'removed') AND (state = 'removed') = (ciphertext IS NULL)");
                    table.ForeignKey(
                        name: "FK_authenticator_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_authenticator_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_authenticator_ticket_ticket_id",
                        column: x => x.ticket_id,
                        principalTable: "ticket",
                        principalColumn: "id");
                });

            migrationBuilder.CreateTable(
                name: "recovery_code",
                columns: table => new
                {
                    set_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    used_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_recovery_code", x => new { x.set_id, x.hash });
                    table.ForeignKey(
                        name: "FK_recovery_code_recovery_set_set_id",
                        column: x => x.set_id,
                        principalTable: "recovery_set",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "account_absent",
                table: "account",
                columns: new[] { "user_name", "invited_until" },
                filter: "held = 0 AND enrolled_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "account_admins",
                table: "account",
                column: "role",
                filter: "role = 'admin'");

            migrationBuilder.CreateIndex(
                name: "account_awaited",
                table: "account",
                columns: new[] { "user_name", "enroll_by" },
                filter: "held = 0 AND enrolled_at IS NULL AND enroll_by IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "account_closed",
                table: "account",
                column: "user_name",
                filter: "held = 0 AND closed");

            migrationBuilder.CreateIndex(
                name: "account_enrolled",
                table: "account",
                columns: new[] { "user_name", "wait_until" },
                filter: "held = 0 AND NOT closed AND enrolled_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "account_held",
                table: "account",
                columns: new[] { "user_name", "held" },
                filter: "held <> 0");

            migrationBuilder.CreateIndex(
                name: "account_invited",
                table: "account",
                columns: new[] { "user_name", "invited_until" },
                filter: "held = 0 AND enrolled_at IS NULL AND invited_until IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "account_never_invited",
                table: "account",
                column: "user_name",
                filter: "held = 0 AND enrolled_at IS NULL AND invited_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "account_new_roles",
                table: "account",
                column: "role_since",
                filter: "role <> 'user'");

            migrationBuilder.CreateIndex(
                name: "account_reminded",
                table: "account",
                column: "reminded_at",
                filter: "held = 0 AND enrolled_at IS NULL AND reminded_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "account_waiting",
                table: "account",
                columns: new[] { "user_name", "wait_until" },
                filter: "held = 0 AND NOT closed AND wait_until > 0");

            migrationBuilder.CreateIndex(
                name: "account_without_recovery_codes",
                table: "account",
                column: "user_name",
                filter: "enrolled_at IS NOT NULL AND recovery_left = 0");

            migrationBuilder.CreateIndex(
                name: "IX_account_former_mail",
                table: "account",
                column: "former_mail");

            migrationBuilder.CreateIndex(
                name: "IX_account_mail",
                table: "account",
                column: "mail",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_account_user_name",
                table: "account",
                column: "user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_account_group_name_account_id",
                table: "account_group",
                columns: new[] { "name", "account_id" });

            migrationBuilder.CreateIndex(
                name: "IX_account_search_term_account_id",
                table: "account_search_term",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "audit_event_revision",
                table: "audit_event",
                columns: new[] { "subject_id", "rev" },
                unique: true,
                filter: "rev IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "audit_event_unsealed",
                table: "audit_event",
                columns: new[] { "at", "place" },
                filter: "sequence IS NULL AND refused_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_account_id_at_place_kind_actor",
                table: "audit_event",
                columns: new[] { "account_id", "at", "place", "kind", "actor" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_actor_at_place_kind",
                table: "audit_event",
                columns: new[] { "actor", "at", "place", "kind" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_at",
                table: "audit_event",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_id",
                table: "audit_event",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_kind_at",
                table: "audit_event",
                columns: new[] { "kind", "at" });

            migrationBuilder.CreateIndex(
                name: "IX_audit_event_sequence",
                table: "audit_event",
                column: "sequence",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "authenticator_label",
                table: "authenticator",
                columns: new[] { "account_id", "folded_label" },
                unique: true,
                filter: "state = 'active'");

            migrationBuilder.CreateIndex(
                name: "authenticator_one_pending",
                table: "authenticator",
                column: "account_id",
                unique: true,
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "authenticator_pending",
                table: "authenticator",
                column: "expires_at",
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "IX_authenticator_account_id_number",
                table: "authenticator",
                columns: new[] { "account_id", "number" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_authenticator_account_id_state",
                table: "authenticator",
                columns: new[] { "account_id", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_authenticator_key_id",
                table: "authenticator",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_authenticator_owner",
                table: "authenticator",
                column: "owner");

            migrationBuilder.CreateIndex(
                name: "IX_authenticator_ticket_id",
                table: "authenticator",
                column: "ticket_id");

            migrationBuilder.CreateIndex(
                name: "IX_claimed_name_account_id",
                table: "claimed_name",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_device_account_id",
                table: "device",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_device_expires_at",
                table: "device",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_device_id_mac",
                table: "device",
                column: "id_mac",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_handover_copy_account_id",
                table: "handover_copy",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_handover_copy_expires_at",
                table: "handover_copy",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_handover_copy_key_id",
                table: "handover_copy",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "help_request_open",
                table: "help_request",
                column: "asked_at",
                filter: "ended_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_help_request_account_id",
                table: "help_request",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_help_request_agent_id_asked_at",
                table: "help_request",
                columns: new[] { "agent_id", "asked_at" });

            migrationBuilder.CreateIndex(
                name: "IX_help_request_ends_at",
                table: "help_request",
                column: "ends_at");

            migrationBuilder.CreateIndex(
                name: "IX_import_batch_key_id",
                table: "import_batch",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_mac_key_key_id",
                table: "mac_key",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_notice_account_id_seen_at",
                table: "notice",
                columns: new[] { "account_id", "seen_at" });

            migrationBuilder.CreateIndex(
                name: "IX_outbox_message_key_id",
                table: "outbox_message",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_message_set_aside_at_created_at_id",
                table: "outbox_message",
                columns: new[] { "set_aside_at", "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_pending_sign_in_account_id",
                table: "pending_sign_in",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_pending_sign_in_created_at",
                table: "pending_sign_in",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_pending_sign_in_id_mac",
                table: "pending_sign_in",
                column: "id_mac",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_recovery_code_account_id",
                table: "recovery_code",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_recovery_set_account_id_state",
                table: "recovery_set",
                columns: new[] { "account_id", "state" });

            migrationBuilder.CreateIndex(
                name: "IX_recovery_set_key_id",
                table: "recovery_set",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "recovery_set_active",
                table: "recovery_set",
                column: "account_id",
                unique: true,
                filter: "state = 'active'");

            migrationBuilder.CreateIndex(
                name: "recovery_set_one_pending",
                table: "recovery_set",
                column: "account_id",
                unique: true,
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "recovery_set_pending",
                table: "recovery_set",
                column: "expires_at",
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "IX_saved_form_at",
                table: "saved_form",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_session_account_id",
                table: "session",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_session_expires_at",
                table: "session",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_session_id_mac",
                table: "session",
                column: "id_mac",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_signing_key_key_id",
                table: "signing_key",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_staged_import_at",
                table: "staged_import",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_staged_import_key_id",
                table: "staged_import",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_ticket_account_id_kind",
                table: "ticket",
                columns: new[] { "account_id", "kind" });

            migrationBuilder.CreateIndex(
                name: "IX_ticket_expires_at",
                table: "ticket",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_ticket_id_mac",
                table: "ticket",
                column: "id_mac",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ticket_setup",
                table: "ticket",
                column: "kind",
                unique: true,
                filter: "kind = 'setup' AND used_at IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "account_group");

            migrationBuilder.DropTable(
                name: "account_search_term");

            migrationBuilder.DropTable(
                name: "audit_anchor");

            migrationBuilder.DropTable(
                name: "audit_event");

            migrationBuilder.DropTable(
                name: "audit_head");

            migrationBuilder.DropTable(
                name: "audit_tally");

            migrationBuilder.DropTable(
                name: "authenticator");

            migrationBuilder.DropTable(
                name: "claimed_name");

            migrationBuilder.DropTable(
                name: "code_guard");

            migrationBuilder.DropTable(
                name: "device");

            migrationBuilder.DropTable(
                name: "group_deadline");

            migrationBuilder.DropTable(
                name: "group_spelling");

            migrationBuilder.DropTable(
                name: "guard_checkpoint");

            migrationBuilder.DropTable(
                name: "handover_copy");

            migrationBuilder.DropTable(
                name: "help_request");

            migrationBuilder.DropTable(
                name: "import_batch");

            migrationBuilder.DropTable(
                name: "instance");

            migrationBuilder.DropTable(
                name: "mac_key");

            migrationBuilder.DropTable(
                name: "notice");

            migrationBuilder.DropTable(
                name: "outbox_message");

            migrationBuilder.DropTable(
                name: "password_guard");

            migrationBuilder.DropTable(
                name: "pending_sign_in");

            migrationBuilder.DropTable(
                name: "recovery_code");

            migrationBuilder.DropTable(
                name: "saved_form");

            migrationBuilder.DropTable(
                name: "signing_key");

            migrationBuilder.DropTable(
                name: "staged_import");

            migrationBuilder.DropTable(
                name: "ticket");

            migrationBuilder.DropTable(
                name: "running_import");

            migrationBuilder.DropTable(
                name: "recovery_set");

            migrationBuilder.DropTable(
                name: "session");

            migrationBuilder.DropTable(
                name: "key_canary");

            migrationBuilder.DropTable(
                name: "account");
        }
    }
}
