package io.oxbow.tableflow.odd;

import static org.assertj.core.api.Assertions.assertThat;

import io.oxbow.tableflow.MemoryLogSource;
import io.oxbow.tableflow.TableWorld;
import io.oxbow.tableflow.translate.QuarantineTable;
import io.oxbow.tableflow.translate.RoundResult;
import io.oxbow.tableflow.verify.TableVerifier;
import io.oxbow.tableflow.verify.VerifyResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.data.Record;
import org.jspecify.annotations.Nullable;

/** Judges the translation of a log by the verifier, and by the records that had nothing odd. */
public final class Judged {

    private static final int ROUNDS_MAX = 200;

    private Judged() {}

    /** Translates the whole log; fails when that takes too many rounds. */
    public static void settle(TableWorld world) {
        for (int round = 0; !(world.round() instanceof RoundResult.Idle); round++) {
            assertThat(round).as("rounds").isLessThan(ROUNDS_MAX);
        }
    }

    public static VerifyResult verify(TableWorld world) {
        TableIdentifier quarantine = QuarantineTable.identifier(world.identifier());
        return new TableVerifier(
                        new MemoryLogSource(world.log, world.partitions),
                        new TableVerifier.Tables(
                                world.table(),
                                world.catalog.tableExists(quarantine)
                                        ? world.catalog.loadTable(quarantine)
                                        : null),
                        world.schemas,
                        TableVerifier.Gaps.NONE)
                .verify();
    }

    public static void assertRight(TableWorld world) {
        VerifyResult result = verify(world);
        assertThat(result)
                .as(() -> result + "\n" + described(world, result))
                .isInstanceOf(VerifyResult.Right.class);
    }

    /** Returns the records whose rows are not right, with these rows. */
    private static String described(TableWorld world, VerifyResult result) {
        StringBuilder text = new StringBuilder();
        if (result instanceof VerifyResult.Wrong wrong) {
            for (VerifyResult.Finding finding : wrong.findings()) {
                new MemoryLogSource(world.log, world.partitions)
                        .read(
                                0,
                                finding.offset(),
                                finding.offset() + 1,
                                r ->
                                        text.append(
                                                "key %s%nvalue %s%n"
                                                        .formatted(
                                                                shown(r.key()), shown(r.value()))));
                world.rows().stream()
                        .filter(row -> row.get(1).equals(finding.offset()))
                        .forEach(row -> text.append("row ").append(row).append('\n'));
            }
            text.append("schemas ")
                    .append(world.registry)
                    .append('\n')
                    .append(world.table().schema());
        }
        return text.length() > 20_000 ? text.substring(0, 20_000) : text.toString();
    }

    private static String shown(byte @Nullable [] bytes) {
        return bytes == null
                ? "none"
                : new String(bytes, StandardCharsets.UTF_8)
                        + " = "
                        + HexFormat.of().formatHex(bytes);
    }

    /** Returns the offsets of partition 0 that are rows. */
    public static Set<Long> rows(TableWorld world) {
        Set<Long> offsets = new TreeSet<>();
        world.rows().forEach(row -> offsets.add((Long) row.get(1)));
        return offsets;
    }

    /** Returns the reasons why a record is in quarantine; empty when it is not. */
    public static List<String> reasons(TableWorld world, long offset) {
        List<String> reasons = new ArrayList<>();
        for (Record row : world.quarantine()) {
            if (row.get(1).equals(offset)) {
                reasons.add(String.valueOf(row.getField("error")));
            }
        }
        return reasons;
    }

    public static List<String> columns(TableWorld world) {
        return world.table().schema().columns().stream()
                .map(org.apache.iceberg.types.Types.NestedField::name)
                .toList();
    }
}
