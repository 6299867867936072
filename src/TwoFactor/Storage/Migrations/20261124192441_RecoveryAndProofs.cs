using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RecoveryAndProofs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "is_repair",
                table: "session",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "proven_at",
                table: "session",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "recovered_at",
                table: "session",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "recovery_fails",
                table: "code_guard",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "recovery_until",
                table: "code_guard",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            // Every enrollment of before was by ticket, and so takes the place of all others.
            migrationBuilder.AddColumn<bool>(
                name: "replaces_all",
                table: "authenticator",
                type: "INTEGER",
                nullable: false,
                defaultValue: true);

            migrationBuilder.AddColumn<Guid>(
                name: "session_id",
                table: "authenticator",
                type: "TEXT",
                nullable: true);

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
                name: "authenticator_pending",
                table: "authenticator",
                column: "expires_at",
                filter: "state = 'pending'");

            migrationBuilder.CreateIndex(
                name: "IX_notice_account_id_seen_at",
                table: "notice",
                columns: new[] { "account_id", "seen_at" });

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
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "notice");

            migrationBuilder.DropTable(
                name: "recovery_code");

            migrationBuilder.DropTable(
                name: "recovery_set");

            migrationBuilder.DropIndex(
                name: "authenticator_pending",
                table: "authenticator");

            migrationBuilder.DropColumn(
                name: "is_repair",
                table: "session");

            migrationBuilder.DropColumn(
                name: "proven_at",
                table: "session");

            migrationBuilder.DropColumn(
                name: "recovered_at",
                table: "session");

            migrationBuilder.DropColumn(
                name: "recovery_fails",
                table: "code_guard");

            migrationBuilder.DropColumn(
                name: "recovery_until",
                table: "code_guard");

            migrationBuilder.DropColumn(
                name: "replaces_all",
                table: "authenticator");

            migrationBuilder.DropColumn(
                name: "session_id",
                table: "authenticator");
        }
    }
}
