using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class HelpDesk : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "retried_at",
                table: "outbox_message",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "trouble",
                table: "outbox_message",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "clock_alarm",
                table: "instance",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "clock_alarm_until",
                table: "instance",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

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
                name: "guard_checkpoint",
                columns: table => new
                {
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    fails30 = table.Column<int>(type: "INTEGER", nullable: false),
                    fails30_from = table.Column<long>(type: "INTEGER", nullable: false),
                    closed = table.Column<bool>(type: "INTEGER", nullable: false),
                    held = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guard_checkpoint", x => x.account_id);
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
                    ripe_at = table.Column<long>(type: "INTEGER", nullable: true),
                    second_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    approved_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    ended_because = table.Column<string>(type: "TEXT", maxLength: 16, nullable: true),
                    seal = table.Column<byte[]>(type: "BLOB", nullable: false)
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
                name: "IX_audit_event_kind_at",
                table: "audit_event",
                columns: new[] { "kind", "at" });

            migrationBuilder.CreateIndex(
                name: "account_admins",
                table: "account",
                column: "role",
                filter: "role = 'admin'");

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
                name: "IX_signing_key_key_id",
                table: "signing_key",
                column: "key_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "audit_anchor");

            migrationBuilder.DropTable(
                name: "guard_checkpoint");

            migrationBuilder.DropTable(
                name: "help_request");

            migrationBuilder.DropTable(
                name: "signing_key");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_account_id_at_place_kind_actor",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_actor_at_place_kind",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_at",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "IX_audit_event_kind_at",
                table: "audit_event");

            migrationBuilder.DropIndex(
                name: "account_admins",
                table: "account");

            migrationBuilder.DropColumn(
                name: "retried_at",
                table: "outbox_message");

            migrationBuilder.DropColumn(
                name: "trouble",
                table: "outbox_message");

            migrationBuilder.DropColumn(
                name: "clock_alarm",
                table: "instance");

            migrationBuilder.DropColumn(
                name: "clock_alarm_until",
                table: "instance");
        }
    }
}
