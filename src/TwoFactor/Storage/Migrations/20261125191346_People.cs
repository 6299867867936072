using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class People : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "closed",
                table: "account",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.AddColumn<long>(
                name: "enroll_by",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "held",
                table: "account",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.AddColumn<long>(
                name: "invited_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "invited_until",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "own_enroll_by",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "recovery_left",
                table: "account",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "0");

            migrationBuilder.AddColumn<long>(
                name: "reminded_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "wait_until",
                table: "account",
                type: "INTEGER",
                nullable: false,
                defaultValueSql: "0");

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
                name: "account_word",
                columns: table => new
                {
                    word = table.Column<string>(type: "TEXT", maxLength: 254, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_word", x => new { x.word, x.account_id });
                    table.ForeignKey(
                        name: "FK_account_word_account_account_id",
                        column: x => x.account_id,
                        principalTable: "account",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
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
                name: "kept_import",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ciphertext = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_kept_import", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_kept_import_key_canary_key_id",
                        column: x => x.key_id,
                        principalTable: "key_canary",
                        principalColumn: "key_id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "FK_kept_import_session_session_id",
                        column: x => x.session_id,
                        principalTable: "session",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "account_absent",
                table: "account",
                columns: new[] { "user_name", "invited_until" },
                filter: "held = 0 AND enrolled_at IS NULL");

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
                name: "IX_account_group_name_account_id",
                table: "account_group",
                columns: new[] { "name", "account_id" });

            migrationBuilder.CreateIndex(
                name: "IX_account_word_account_id",
                table: "account_word",
                column: "account_id");

            migrationBuilder.CreateIndex(
                name: "IX_kept_import_key_id",
                table: "kept_import",
                column: "key_id");

            migrationBuilder.Sql(PeopleSql.Create);
            migrationBuilder.Sql(PeopleSql.Fill);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(PeopleSql.Drop);
            migrationBuilder.DropTable(
                name: "account_group");

            migrationBuilder.DropTable(
                name: "account_word");

            migrationBuilder.DropTable(
                name: "group_deadline");

            migrationBuilder.DropTable(
                name: "kept_import");

            migrationBuilder.DropIndex(
                name: "account_absent",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_awaited",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_closed",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_enrolled",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_held",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_invited",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_never_invited",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_waiting",
                table: "account");

            migrationBuilder.DropIndex(
                name: "account_without_recovery_codes",
                table: "account");

            migrationBuilder.DropColumn(
                name: "closed",
                table: "account");

            migrationBuilder.DropColumn(
                name: "enroll_by",
                table: "account");

            migrationBuilder.DropColumn(
                name: "held",
                table: "account");

            migrationBuilder.DropColumn(
                name: "invited_at",
                table: "account");

            migrationBuilder.DropColumn(
                name: "invited_until",
                table: "account");

            migrationBuilder.DropColumn(
                name: "own_enroll_by",
                table: "account");

            migrationBuilder.DropColumn(
                name: "recovery_left",
                table: "account");

            migrationBuilder.DropColumn(
                name: "reminded_at",
                table: "account");

            migrationBuilder.DropColumn(
                name: "wait_until",
                table: "account");
        }
    }
}
