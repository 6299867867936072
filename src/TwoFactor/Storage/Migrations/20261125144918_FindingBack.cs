using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class FindingBack : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "needs_code",
                table: "session",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "extensions",
                table: "pending_sign_in",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "extensions",
                table: "authenticator",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<long>(
                name: "doubted_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "former_mail",
                table: "account",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "former_second_mail",
                table: "account",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "mail_changed_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "second_mail",
                table: "account",
                type: "TEXT",
                maxLength: 254,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "second_mail_changed_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "trusted_at",
                table: "account",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "kept_form",
                columns: table => new
                {
                    session_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    path = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    fields = table.Column<string>(type: "TEXT", maxLength: 8192, nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_kept_form", x => x.session_id);
                    table.ForeignKey(
                        name: "FK_kept_form_session_session_id",
                        column: x => x.session_id,
                        principalTable: "session",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_account_former_mail",
                table: "account",
                column: "former_mail");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "kept_form");

            migrationBuilder.DropIndex(
                name: "IX_account_former_mail",
                table: "account");

            migrationBuilder.DropColumn(
                name: "needs_code",
                table: "session");

            migrationBuilder.DropColumn(
                name: "extensions",
                table: "pending_sign_in");

            migrationBuilder.DropColumn(
                name: "extensions",
                table: "authenticator");

            migrationBuilder.DropColumn(
                name: "doubted_at",
                table: "account");

            migrationBuilder.DropColumn(
                name: "former_mail",
                table: "account");

            migrationBuilder.DropColumn(
                name: "former_second_mail",
                table: "account");

            migrationBuilder.DropColumn(
                name: "mail_changed_at",
                table: "account");

            migrationBuilder.DropColumn(
                name: "second_mail",
                table: "account");

            migrationBuilder.DropColumn(
                name: "second_mail_changed_at",
                table: "account");

            migrationBuilder.DropColumn(
                name: "trusted_at",
                table: "account");
        }
    }
}
