package io.oxbow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class TrinoSyntaxTest {

    private static String read(String sql) {
        return StatementParser.read(sql).text();
    }

    @Test
    void wordsThatOnlyCalciteReservesMayBeNames() {
        assertThat(read("SELECT time, e.day, SUM(dec), SUM(dec), value FROM default.every e"))
                .isEqualTo(
                        "SELECT \"time\", e.\"day\", SUM(\"dec\"), SUM(\"dec\"), \"value\" FROM"
                                + " \"default\".\"every\" e");
        assertThat(read("SELECT dec * dec, dec + 1, -dec FROM t GROUP BY dec ORDER BY dec"))
                .isEqualTo(
                        "SELECT \"dec\" * \"dec\", \"dec\" + 1, -\"dec\" FROM t GROUP BY \"dec\" ORDER"
                                + " BY \"dec\"");
        assertThat(read("SELECT TIME '01:02:03', DATE '2026-01-01', EXTRACT(DAY FROM ts) FROM t"))
                .isEqualTo(
                        "SELECT TIME '01:02:03', DATE '2026-01-01', EXTRACT(DAY FROM ts) FROM t");
    }

    @Test
    void asOfIsTranslatedAndVersionsAreToldFromTimes() {
        TrinoSyntax version = TrinoSyntax.of("SELECT * FROM default.t\n FOR VERSION AS OF 17 x");
        TrinoSyntax time = TrinoSyntax.of("SELECT * FROM t FOR timestamp AS OF '2026-01-01'");

        assertThat(version.text())
                .isEqualTo("SELECT * FROM \"default\".t\n FOR SYSTEM_TIME AS OF 17 x");
        assertThat(version.isVersion(2, 24)).isTrue();
        assertThat(time.text()).isEqualTo("SELECT * FROM t FOR SYSTEM_TIME AS OF '2026-01-01'");
        assertThat(time.isVersion(1, 39)).isFalse();
    }

    @Test
    void stringsAndCommentsAreLeftAlone() {
        String sql = "SELECT 'FOR VERSION AS OF', \"a b\" -- FOR VERSION AS OF 1\nFROM t /* ; */";

        assertThat(read(sql + " ;; "))
                .isEqualTo("SELECT 'FOR VERSION AS OF', \"a b\" -- FOR VERSION AS OF 1\nFROM t");
    }

    @Test
    void positionsAreThoseOfTheTextAsGiven() {
        TrinoSyntax syntax = StatementParser.read("SELECT time, day, x FROM t");

        assertThat(syntax.text()).isEqualTo("SELECT \"time\", \"day\", x FROM t");
        assertThat(syntax.originalColumn(1, 8)).isEqualTo(8);
        assertThat(syntax.originalColumn(1, 16)).isEqualTo(14);
        assertThat(syntax.originalColumn(1, 23)).isEqualTo(19);
        assertThat(syntax.originalColumn(2, 23)).isEqualTo(23);
    }

    @Test
    void showIsAQuestionToTheInformationSchema() {
        assertThat(read("show tables;")).contains("information_schema.tables");
        assertThat(read("SHOW TABLES FROM default")).contains("lower('default')");
        assertThat(read("SHOW SCHEMAS")).contains("information_schema.schemata");
        assertThat(read("SHOW COLUMNS FROM default.t")).isEqualTo("DESCRIBE TABLE \"default\".t");
    }
}
