using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace TwoFactor.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SmtpDelivery : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "next_try_at",
                table: "outbox_message",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<int>(
                name: "set_aside_reason",
                table: "outbox_message",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "tries",
                table: "outbox_message",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "next_try_at",
                table: "outbox_message");

            migrationBuilder.DropColumn(
                name: "set_aside_reason",
                table: "outbox_message");

            migrationBuilder.DropColumn(
                name: "tries",
                table: "outbox_message");
        }
    }
}
