package io.oxbow.simulation.engine;

import io.oxbow.s3stream.S3StreamException.Retry;
import io.oxbow.s3stream.image.ApplyResult;
import io.oxbow.s3stream.image.CoreRecord;
import io.oxbow.s3stream.image.CoreRecordCodec;
import io.oxbow.s3stream.log.LogAppendException;
import io.oxbow.s3stream.log.MetadataLog;
import io.oxbow.simulation.kernel.Simulation;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Checks invariants 1 and 4: the answers to callers of the metadata log agree with the canonical
 * chain. The same bytes may be submitted many times, so outcomes are counted.
 */
final class AnswerLedger {

    private static final class Account {
        int submitted;
        int failed;
        final List<ApplyResult> inLog = new ArrayList<>();
    }

    private final Simulation simulation;
    private final Map<ByteBuffer, Account> accounts = new HashMap<>();

    AnswerLedger(Simulation simulation, Canon canon) {
        this.simulation = simulation;
        canon.watch(this::applied);
    }

    private Account account(CoreRecord record) {
        ByteBuffer key = ByteBuffer.wrap(CoreRecordCodec.encode(record));
        return accounts.computeIfAbsent(key, ignored -> new Account());
    }

    private void applied(Canon.Applied slot) {
        for (int i = 0; i < slot.records().size(); i++) {
            CoreRecord record = slot.records().get(i);
            Account account = account(record);
            account.inLog.add(slot.results().get(i));
            check(record, account);
        }
    }

    private void check(CoreRecord record, Account account) {
        simulation.check(
                account.inLog.size() <= account.submitted - account.failed,
                "invariant 4: %s was submitted %d times, failed %d times, and is in the log %d"
                        + " times",
                record,
                account.submitted,
                account.failed,
                account.inLog.size());
    }

    /** Appends, and compares the answer with the chain. */
    List<ApplyResult> append(MetadataLog log, List<CoreRecord> records) {
        return append(records, () -> log.append(records));
    }

    /**
     * As {@link #append(MetadataLog, List)}.
     *
     * @param appending of {@code records}
     */
    List<ApplyResult> append(List<CoreRecord> records, Supplier<List<ApplyResult>> appending) {
        List<Account> asked = records.stream().map(this::account).toList();
        asked.forEach(account -> account.submitted++);
        List<ApplyResult> results;
        try {
            results = appending.get();
        } catch (LogAppendException e) {
            if (e.retry() == Retry.RETRYABLE) {
                asked.forEach(account -> account.failed++);
                for (int i = 0; i < records.size(); i++) {
                    check(records.get(i), asked.get(i));
                }
            }
            throw e;
        }
        for (int i = 0; i < records.size(); i++) {
            simulation.check(
                    asked.get(i).inLog.contains(results.get(i)),
                    "invariant 1: %s was answered %s, the log says %s",
                    records.get(i),
                    results.get(i),
                    asked.get(i).inLog);
        }
        return results;
    }
}
