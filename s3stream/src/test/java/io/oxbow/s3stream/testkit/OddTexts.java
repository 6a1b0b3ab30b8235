package io.oxbow.s3stream.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Texts that a setting is given by mistake or on purpose. They are empty, beyond every range, of
 * another case or script, lists with a comma too many, or have invisible characters.
 */
public final class OddTexts {

    private static final List<String> FIXED =
            List.of(
                    "",
                    " ",
                    "\t",
                    "\n",
                    "\u0000",
                    "5\u0000",
                    "\u00005",
                    "5\n6",
                    "5\n",
                    " 5 ",
                    "\u007f5",
                    "null",
                    "nil",
                    "default",
                    "NaN",
                    "-NaN",
                    "Infinity",
                    "-Infinity",
                    "-0",
                    "0",
                    "-1",
                    "-2",
                    "+5",
                    "1e3",
                    "1e400",
                    "0x10",
                    "0x1p3",
                    "010",
                    "0.5",
                    "0.5d",
                    ".",
                    "-",
                    "+",
                    "1.5",
                    "5L",
                    "5ms",
                    "5 000",
                    "5_000",
                    "5,000",
                    "5k",
                    "127",
                    "32768",
                    "2147483647",
                    "2147483648",
                    "-2147483648",
                    "-2147483649",
                    "9223372036854775807",
                    "9223372036854775808",
                    "-9223372036854775808",
                    "-9223372036854775809",
                    "99999999999999999999999999",
                    "\uff15",
                    "\u0665",
                    "\u22125",
                    "\u200b5",
                    "5\u200b",
                    "5\u00a0",
                    "\u20035",
                    "\ufeff5",
                    "\u202e5",
                    "\u00bd",
                    "true",
                    "TRUE",
                    " true ",
                    "false",
                    "tru\u0435",
                    "t",
                    "yes",
                    "on",
                    "1",
                    "\ud83d\ude00",
                    "\ud800",
                    "*",
                    "**",
                    "$(id)",
                    "${x}",
                    "%s",
                    "..",
                    "a/b",
                    "'; --",
                    "[]",
                    "{}",
                    "\"5\"",
                    ",",
                    ",,",
                    "\\",
                    "a\\,b",
                    "=",
                    "a=b",
                    "#");

    /** Whole words that some setting takes. */
    private static final List<String> WORDS =
            List.of(
                    "delete",
                    "compact",
                    "gzip",
                    "producer",
                    "uncompressed",
                    "CreateTime",
                    "LogAppendTime",
                    "skip",
                    "fail",
                    "json",
                    "avro",
                    "auto",
                    "kafka_",
                    "a.b",
                    "orders",
                    "day(a)",
                    "bucket(4, a)",
                    "0:1",
                    "5",
                    "60000");

    private OddTexts() {}

    /** Returns the fixed texts, each word as it stands, and some disfigured or made by a seed. */
    public static List<String> all(long seed) {
        var texts = new LinkedHashSet<>(FIXED);
        var random = new SplittableRandom(seed);
        for (String word : WORDS) {
            List<String> disfigured = disfigured(word);
            texts.add(word);
            texts.add(disfigured.get(random.nextInt(disfigured.size())));
            texts.add(disfigured.get(random.nextInt(disfigured.size())));
            texts.add(random(random));
        }
        texts.add("x".repeat(30_000));
        texts.add("5".repeat(30_000));
        texts.add("delete,".repeat(4_000));
        return List.copyOf(texts);
    }

    private static List<String> disfigured(String word) {
        var all = new ArrayList<String>();
        all.add(word.toUpperCase(Locale.ROOT));
        all.add(" " + word);
        all.add(word + " ");
        all.add(word + ",");
        all.add("," + word);
        all.add(word + "," + word);
        all.add(word + ", ," + word);
        all.add(word + ";" + word);
        all.add("\"" + word + "\"");
        all.add(word + "\u0000");
        all.add(word + "\u200b");
        all.add(word.replace('e', '\u0435').replace('a', '\u0430').replace('0', '\u0660'));
        return all;
    }

    /** Returns a text of characters from settings, some of them of another script. */
    private static String random(SplittableRandom random) {
        String characters = "0123456789-+.eE,_ adk()\t\u0000\u0665\uff11\u00e9\u2028truefals";
        var text = new StringBuilder();
        int length = random.nextInt(1, 12);
        for (int i = 0; i < length; i++) {
            text.append(characters.charAt(random.nextInt(characters.length())));
        }
        return text.toString();
    }
}
