"""Hostile titles and bodies, in groups; every one is our own wording."""

ORDINARY = [
    "North Korea fires 2 short-range ballistic missiles, officials say",
    "Missile hits 3.5 km from the port (update 2) - Reuters | World",
    "12:30:45 UTC: launch detected; range 450–600 km",
    "AT&T, R&D <3, C# and F# #1 in the field",
    "북한, 동해상으로 탄도미사일 2발 발사",
    "北朝鮮が弾道ミサイル2発を発射 「日本海に落下」",
    "Иран запустил ракету; «Хатам-4»",
    "إيران تطلق صاروخا باليستيا",
    "Việt Nam: tên lửa đạn đạo được phóng",
    "Ça va? Œuvre naïve — déjà vu…",
]

MENTIONS = [
    "@everyone", "@here", "@EVERYONE look", "x@everyone", "<@1>", "<@!1>", "<@&1>", "<@&123456789>",
    "<#42>", "</feed add:12>", "</x:1>", "<t:0>", "<t:1700000000:R>", "<t:-1:F>", "<:x1:12345>",
    "<a:wave:12345>", "<id:customize>", "<id:guide>", "<id:browse>", "<id:linked-roles:12>",
    "<sound:0:1>", ":smile:", ":+1:", "a:fire:b", "<@\u200b123>", "@\u200beveryone", "@\u2060here",
    "<\u00ad@123>", "@every\u200done", "<@&\u202e123>", "＜@123>", "@everyone@everyone", "<<@1>>",
    "\\<@1>", "\\@everyone", "\\\\<@1>", "`<@1>`", "**<@1>**", "<@1", "<@&1><@&2>", "<@1>\n<@2>",
]  # fmt: skip

LINKS = [
    "[click](https://evil.example)", "[a\nb](https://evil.example)", "[a](<https://evil.example>)",
    "[a](https://evil.example 'title')", "[[a]](https://evil.example)",
    "[a] (https://evil.example)", "\\[a](https://evil.example)", "\\\\[a](https://evil.example)",
    "[a\\](https://evil.example)", "https://bbc.co.uk/[click](https://evil.example)",
    "<https://evil.example>", "http://evil.example", "https://evil.example/a_b_c",
    "HTTPS://EVIL.EXAMPLE", "steam://run/1", "discord://-/settings", "<mailto:a@evil.example>",
    "<tel:+15551234>", "javascript:alert(1)", "[a](javascript:alert(1))",
    "[a][1]\n[1]: https://evil.example", "![img](https://evil.example/x.png)",
    "[](https://evil.example)", "[\u200b](https://evil.example)", "[bbc.co.uk](https://evil.example)",
    "[a](\thttps://evil.example)", "ht\u200btps://evil.example", "https\u2063://evil.example",
    "<a:/[click](https://evil.example)>", "[**a**](https://evil.example)",
    "[`a`](https://evil.example)", "](https://evil.example)", "[x](",
]  # fmt: skip

INVITES = [
    "discord.gg/abc", "https://discord.gg/abc", "discord.com/invite/abc",
    "discordapp.com/invite/a1", "DISCORD.GG/ABC", "discord.gg/invite/abc", "www.discord.gg/abc",
    "join discord.gg/abc!",
    "discord\u200b.gg/abc", "discord.\u2060gg/abc", "discord . gg/abc", "dsc.gg/abc",
    "invite.gg/abc", "discord.me/abc", "discord.li/abc", "discord.io/abc",
    "discord.com/template/abc", "discord.new/abc", "ptb.discord.com/invite/abc",
    "discord.com//invite/abc", "discord.com\\invite\\abc", "discord.gift/a",
]  # fmt: skip

HIDDEN = [
    "abc\u202edef", "\u2066x\u2069", "\u200f\u200e", "\u202a\u202b\u202c\u202d", "\ufeffBOM",
    "a\u200bb\u200cc\u200dd", "soft\u00adhyphen", "\u2060\u2061\u2062\u2063\u2064", "\u180e",
    "\u115f\u1160\u3164\uffa0", "\u2800\u2800", "\u034f", "nul\x00", "\x07bell\x1b[31mred",
    "\x9bcsi", "\U000e0041\U000e0042", "\ue000private", "\ufdd0", "\U0010ffff",
    "a" + "\u0301" * 200,
    "Z\u0337\u0322\u0327\u031b\u034e\u0323a\u0336l\u0334g\u0337o\u0336", "\u2028line\u2029par",
    "\ufff9x\ufffb", "\U000e0100", "\u180b", "\u17b4\u17b5", "\ud800", "x\udfff", "\x85next",
    "tab\there", "\x0b\x0c", " \u00a0\u3000 ", "\u206a\u206f", "👩\u200d👩\u200d👧", "\u061c",
]  # fmt: skip

DRESS = [
    "**bold**", "*it*", "__u__", "_i_", "~~s~~", "||spoiler||", "`code`", "``a`b``",
    "```\nblock\n```", "# big", "## big", "### big", "#big", "-# small", "> quote", ">>> all",
    "- item", "* item", "1. one", "12. twelve", "1) one", "  # indented", "\n# second line",
    "\t- tabbed", "***all***", "**unclosed", "~~", "||", "|", "~", "_", "*", "\\", "\\\\", "a\\",
    "`\u1fef`", "\u1fef\u1fef\u1fef", "_a_ __b__ ***c***", "text\n- list\n1. list\n> q", "-", "#",
    ">", "1.", "[", "]", "(", ")", "<", ":",
]  # fmt: skip

SIZES = [
    "A" * 5000, "🚀" * 3000, "👩‍👩‍👧‍👦" * 1000, "한" * 6000, "\\" * 5000, "*" * 5000, "[" * 4000,
    "|" * 3000, "e\u0301" * 4000, "ᄀ" * 5000, "🇰🇷" * 2000, "a " * 5000, "\n" * 5000,
    "word\n" * 2000,
    " " * 100000, "@everyone " * 800, "[x](https://evil.example) " * 300, "\u202e" * 5000,
    "~" * 4000, "1. " * 3000,
]  # fmt: skip

HOSTILE = MENTIONS + LINKS + INVITES + HIDDEN + DRESS + SIZES
