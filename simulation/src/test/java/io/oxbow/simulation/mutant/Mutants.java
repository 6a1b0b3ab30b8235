package io.oxbow.simulation.mutant;

import java.util.List;

/** The rules that the design calls necessary, each broken. */
final class Mutants {

    private static final String LOG = "metadata-log";
    private static final String TAKEOVER = "takeover";
    private static final String WAL = "wal-crash";
    private static final String NODE = "append-upload-trim-crash-reopen";
    private static final String ENGINE = "engine";
    private static final String CLUSTER = "cluster";
    private static final String FENCES = "cluster/NodeFences.java";

    /** Guard behind others: a silent node is called before it is fenced. */
    private static final String CALLED_BEFORE =
            "\n                        && isUnreachable(leadership.leaderEpoch(), node)";

    private static final String DAMAGE = "damage";

    /** Text of the code that completes batches in order. */
    private static final String IN_ORDER = "durableLsn = head.endLsn();\n        }\n";

    /** Text of a newcomer's look for its answer. */
    private static final String ANSWERED =
            "store.get(LogKeys.answer(question.id())) instanceof GetResult.Found) {";

    /** Code of a store that tells of a slot as soon as it is to be put. */
    private static final String PUSHED_EARLY =
            """
            slots = new SlotObjects((ObjectStore) java.lang.reflect.Proxy.newProxyInstance(
                    ObjectStore.class.getClassLoader(),
                    new Class<?>[] {ObjectStore.class},
                    (proxy, method, given) -> {
                        if (method.getName().equals("putIfAbsent")) {
                            recent.add(
                                    io.oxbow.s3stream.log.format.LogKeys.slotOf((String) given[0]),
                                    ((List<java.nio.ByteBuffer>) given[1]).getFirst().array());
                            watchers.forEach(Runnable::run);
                        }
                        return method.invoke(store, given);
                    }), pauses);
            """;

    private static String anyOrder(String pipeline) {
        return """
        durableLsn = head.endLsn();
        }
        if (getClass().getSimpleName().equals("%s")) {
            for (B other : List.copyOf(taken)) {
                if (other.isDurable() && taken.remove(other)) {
                    group.add(other);
                }
            }
        }
        """
                .formatted(pipeline);
    }

    private Mutants() {}

    static List<Mutant> all() {
        return List.of(
                        METADATA_LOG,
                        TAKEOVERS,
                        FILE_WAL,
                        BUCKET_WAL,
                        IMAGE,
                        NODES,
                        MEMBERS,
                        DAMAGED)
                .stream()
                .flatMap(List::stream)
                .toList();
    }

    private static final List<Mutant> METADATA_LOG =
            List.of(
                    Mutant.of(
                            "no LIST after one's own TAKEOVER",
                            "log/Candidate.java",
                            LOG,
                            60,
                            "if (slots.firstAfter(place.slot() + 1).isPresent()) {",
                            "if (slots.firstAfter(place.slot() + 1).isPresent() && place.slot() < 0) {"),
                    Mutant.of(
                            "TAKEOVERs are deleted",
                            "log/SnapshotWriter.java",
                            LOG,
                            10,
                            "if (!takeovers.contains(slot)) {",
                            "if (slot > 0) {"),
                    Mutant.of(
                            "slots beyond the previous snapshot are deleted, the highest too",
                            "log/SnapshotWriter.java",
                            LOG,
                            10,
                            "if (slot > through) {",
                            "if (slot < 0) {"),
                    Mutant.of(
                            "after an unknown outcome, other bytes",
                            "log/SlotObjects.java",
                            LOG,
                            20,
                            "switch (store.putIfAbsent(key, body)) {",
                            "switch (store.putIfAbsent(key, attempt == 1 ? body : changed(key, bytes))) {",
                            "    /** Returns the lowest slot beyond",
                            """
                            private static List<ByteBuffer> changed(String key, byte[] bytes) {
                                var e = io.oxbow.s3stream.log.format.SlotCodec.decode(key, bytes);
                                return List.of(ByteBuffer.wrap(io.oxbow.s3stream.log.format.SlotCodec.encode(
                                    new io.oxbow.s3stream.log.format.SlotEntry(
                                    e.clusterId(), e.slot(), e.putId(), e.leader(), e.previous(),
                                    e.appendTimeMillis() + 1, e.content()))));
                            }
                            /** Returns the lowest slot beyond\
                            """),
                    Mutant.of(
                            "deposed means failed",
                            "log/AppendQueue.java",
                            LOG,
                            100,
                            "Retry.UNKNOWN,\n                            null));\n        }\n        LogAppendException cause",
                            "Retry.RETRYABLE,\n                            null));\n        }\n        LogAppendException cause"),
                    Mutant.of(
                            "a follower takes not found for the end",
                            "log/Follower.java",
                            LOG,
                            40,
                            "OptionalLong beyond = slots.firstAfter(head.slot());",
                            "OptionalLong beyond = OptionalLong.empty();"));

    private static final List<Mutant> TAKEOVERS =
            List.of(
                    Mutant.of(
                            "a leader does not look for questions",
                            "log/Receptionist.java",
                            TAKEOVER,
                            10,
                            "if (now - lookedNanos < pause.toNanos()) {",
                            "if (now - lookedNanos < Long.MAX_VALUE) {"),
                    Mutant.of(
                            "a newcomer ignores the answer",
                            "log/Newcomer.java",
                            TAKEOVER,
                            10,
                            "while (true) {\n            if (" + ANSWERED,
                            "while (true) {\n            if (nanoTime() < 0) {",
                            "look above.\n                if (" + ANSWERED,
                            "look above.\n                if (nanoTime() < 0) {"),
                    Mutant.of(
                            "a newcomer takes over after a third of its patience",
                            "log/Newcomer.java",
                            TAKEOVER,
                            10,
                            "looked - since >= patienceNanos(timing)",
                            "looked - since >= patienceNanos(timing) / 3"),
                    Mutant.of(
                            "the answer to an older question counts",
                            "log/Newcomer.java",
                            TAKEOVER,
                            400,
                            "new UUID(environment.random().nextLong(), environment.random().nextLong())",
                            "new UUID(0, config.nodeId())"),
                    Mutant.of(
                            "a process that leads no more answers",
                            "log/LogThread.java",
                            TAKEOVER,
                            10,
                            "            tellWhoLeads();\n",
                            "            tellWhoLeads();\n"
                                    + "            receptionist.look(replica.position().leader(), questions().look());\n"));

    private static final List<Mutant> FILE_WAL =
            List.of(
                    Mutant.of(
                            "acked before it is synced",
                            "wal/file/BatchWriters.java",
                            WAL,
                            20,
                            "disk.sync();",
                            ""),
                    Mutant.of(
                            "acked out of order",
                            "wal/LogPipeline.java",
                            ENGINE,
                            60,
                            IN_ORDER,
                            anyOrder("WritePipeline")),
                    Mutant.of(
                            "ring space is used again before the header that gives it up is durable",
                            "wal/file/RingSpace.java",
                            WAL,
                            60,
                            "trimLsn = marks.trim(wantedTrimLsn, durableLsn, nextLsn);",
                            "trimLsn = marks.trim(wantedTrimLsn, durableLsn, nextLsn);"
                                    + " reservedLsn = Math.max(reservedLsn, targetLsn());"
                                    + " freed.signalAll();"),
                    Mutant.of(
                                    "a scan checks no body",
                                    "wal/file/WalScan.java",
                                    WAL,
                                    60,
                                    "if ((int) crc.getValue() != batch.bodyCrc()) {",
                                    "if (batch.count() < 0) {")
                            .and(
                                    "wal/RecordFrame.java",
                                    "if (crc(source, position, payloadCrc, length) != source.getInt(position + CRC_AT)) {",
                                    "if (length < 0) {"),
                    Mutant.of(
                            "a new epoch writes below what was reserved",
                            "wal/file/FileWalVolume.java",
                            WAL,
                            60,
                            "Math.max(headers.reservedLsn(), highestLsn);",
                            "headers.newest().trimLsn();"),
                    Mutant.of(
                            "recovery starts a batch late",
                            "wal/file/WalScan.java",
                            NODE,
                            60,
                            "if (each.lsn >= from) {",
                            "if (each.lsn > from) {"));

    private static final List<Mutant> BUCKET_WAL =
            List.of(
                    Mutant.of(
                            "no FENCE",
                            "wal/bucket/DeadBucketLog.java",
                            ENGINE,
                            150,
                            "if (isFenced(key)) {",
                            "if (key.seq() > 0) {"),
                    Mutant.of(
                            "the FENCE goes to what is listed, not to what the log says",
                            "wal/bucket/DeadBucketLog.java",
                            ENGINE,
                            150,
                            "long firstSeq = Math.max(from.seq(), WalKey.START_SEQ + 1);",
                            "long firstSeq = WalKey.START_SEQ + 1;"),
                    Mutant.of(
                                    "objects are acked out of order",
                                    "wal/LogPipeline.java",
                                    ENGINE,
                                    100,
                                    IN_ORDER,
                                    anyOrder("PutPipeline"))
                            .and(
                                    "wal/bucket/PutPipeline.java",
                                    "if (object == head()) {",
                                    "if (object != null) {"));

    private static final List<Mutant> IMAGE =
            List.of(
                    Mutant.of(
                            "a fenced node's commit is accepted",
                            "image/NodeTable.java",
                            ENGINE,
                            30,
                            "row.newest.nodeEpoch != nodeEpoch || row.newest.fenced",
                            "row.newest.nodeEpoch != nodeEpoch"),
                    Mutant.of(
                            "a second recoverer is let in",
                            "image/NodeTable.java",
                            ENGINE,
                            300,
                            "if (record.recovererEpoch() != dead.recoverer) {",
                            "if (record.recovererEpoch() < 0) {"),
                    Mutant.of(
                            "a stream that another owns is opened",
                            "image/StreamTable.java",
                            ENGINE,
                            30,
                            "return row.ownerNodeEpoch == NOBODY || row.ownerNodeEpoch == nodeEpoch;",
                            "return true;",
                            "if (row.ownerNodeEpoch == NOBODY) {\n                row.epoch++;",
                            "if (row.ownerNodeEpoch != open.nodeEpoch()) {\n"
                                    + "                if (row.ownerNodeEpoch != NOBODY) { disown(row); }\n"
                                    + "                row.epoch++;"),
                    Mutant.of(
                            "an opening keeps the epoch",
                            "image/StreamTable.java",
                            ENGINE,
                            30,
                            "row.epoch++;",
                            "row.epoch = Math.max(1, row.epoch);"),
                    Mutant.of(
                            "compaction of what is in other objects by now",
                            "image/ExtentChanges.java",
                            ENGINE,
                            150,
                            "|| !run.stream().allMatch(entry -> inputs.contains(entry.objectId()))) {",
                            ") {"));

    private static final List<Mutant> NODES =
            List.of(
                    Mutant.of(
                            "the write-ahead log is trimmed before the commit",
                            "upload/UploadCommits.java",
                            ENGINE,
                            60,
                            "    private boolean commit(List<UploadRound> rounds) {\n",
                            "    private boolean commit(List<UploadRound> rounds) {\n"
                                    + "        wal.trim(rounds.getLast().endLsns());\n"),
                    Mutant.of(
                            "a cut upload counts what it left as covered",
                            "upload/UploadRound.java",
                            ENGINE,
                            60,
                            "endLsns = appends.endLsns(covered);",
                            "endLsns = sealed.endLsns(covered);"),
                    Mutant.of(
                            "a cut upload forgets what it left",
                            "upload/Uploader.java",
                            ENGINE,
                            60,
                            "sealed.addFirst(rest);",
                            "sealed.remove(rest);"),
                    Mutant.of(
                            "recovery says it is done before it has committed",
                            "recovery/RecoveryAttempt.java",
                            ENGINE,
                            60,
                            "        publish(index, batch);\n        commitAllBut(0);\n",
                            ""),
                    Mutant.of(
                            "what was never committed is searched for without a bound",
                            "maintenance/Deletion.java",
                            ENGINE,
                            100,
                            "return node.fenced() || key.number() < node.settledBelow();",
                            "return true;"),
                    Mutant.of(
                            "the bound of that search is one too high",
                            "maintenance/Deletion.java",
                            ENGINE,
                            450,
                            "key.number() < node.settledBelow();",
                            "key.number() <= node.settledBelow();"),
                    Mutant.of(
                            "that search does not ask what is needed",
                            "maintenance/Deletion.java",
                            ENGINE,
                            60,
                            "return settled && !image.mayBeNeeded(path);",
                            "return settled;"),
                    Mutant.of(
                            "what a composite owns is taken for garbage",
                            "maintenance/Deletion.java",
                            ENGINE,
                            100,
                            "return settled && !image.mayBeNeeded(path);",
                            "return settled && !image.isReferenced(path);"),
                    Mutant.of(
                            "readers see what is not durable yet",
                            "tail/Tail.java",
                            ENGINE,
                            60,
                            "if (first < 0 || offset >= durableEndOffset) {",
                            "if (first < 0) {",
                            "if (entry.nextOffset() > durableEndOffset",
                            "if (entry.nextOffset() < 0"));

    private static final List<Mutant> MEMBERS =
            List.of(
                    Mutant.of(
                                    "signs of life wait for a takeover, and nobody is called before a fence",
                                    "cluster/Succession.java",
                                    CLUSTER,
                                    120,
                                    "health.startTask(environment.threads(), () -> takeOver(leader, found));",
                                    "takeOver(leader, found);")
                            .and(FENCES, CALLED_BEFORE, ""),
                    Mutant.of(
                            "a registration that arrives late unseats its successor",
                            "image/NodeTable.java",
                            CLUSTER,
                            100,
                            "return own.start() > holder.start()",
                            "return own.start() > 0"),
                    Mutant.of(
                            "a follower's append is answered before it is applied here",
                            "peer/ForwardedLog.java",
                            CLUSTER,
                            200,
                            "if (local.awaitApplied(done.slot(), CATCH_UP)) {",
                            "if (local.awaitApplied(done.slot(), Duration.ZERO) || done.slot() >= 0) {"),
                    Mutant.of(
                                    "a slot is pushed before its put is answered",
                                    "log/LogThread.java",
                                    CLUSTER,
                                    10,
                                    "slots = new SlotObjects(store, pauses);",
                                    PUSHED_EARLY)
                            .and(
                                    "log/push/RecentSlots.java",
                                    "slots.addLast(encoded);",
                                    "if (slot == last && !slots.isEmpty()) { slots.removeLast(); }"
                                            + " slots.addLast(encoded);")
                            .and(
                                    "cluster/SlotPush.java",
                                    ".advance(node, leadership.slot());",
                                    ".advance(node, leadership.slot() + 1);"),
                    Mutant.of(
                            "a pushed slot is applied without those before it",
                            "log/Follower.java",
                            CLUSTER,
                            10,
                            "&& replica.position().precedes(slot.entry());",
                            "&& replica.position().slot() < slot.entry().slot();"));

    private static final List<Mutant> DAMAGED =
            List.of(
                    Mutant.of(
                            "a block is not checked",
                            "object/Block.java",
                            DAMAGE,
                            40,
                            "|| (int) crc.getValue() != entry.crc()) {",
                            ") {"),
                    Mutant.of(
                            "an index that cannot be read costs the rest of its stream",
                            "cache/BlockWalk.java",
                            DAMAGE,
                            20,
                            "                        next.endOffset());",
                            "                        Long.MAX_VALUE);"),
                    Mutant.of(
                            "a read fails for damage that lies behind it",
                            "cache/Readahead.java",
                            DAMAGE,
                            60,
                            "return null;\n        }\n    }\n\n    private @Nullable Window forget",
                            "throw e;\n        }\n    }\n\n    private @Nullable Window forget"),
                    Mutant.of(
                            "compaction makes a gap of what it cannot read",
                            "compact/OutputCopy.java",
                            DAMAGE,
                            60,
                            "throw new DamagedInputException(extent.objectKey(), e);",
                            "copied.gapTo(extent.endOffset());"),
                    Mutant.of(
                            "all beyond a log's damage is given up",
                            "recovery/WalRecovery.java",
                            DAMAGE,
                            60,
                            "attempt.salvage(i, volume.get(), end);",
                            ""),
                    Mutant.of(
                            "a damaged object is taken for the log's end",
                            "wal/bucket/DeadBucketLog.java",
                            DAMAGE,
                            20,
                            "return new Content.Damaged();",
                            "return new Content.Fence();"),
                    Mutant.of(
                            "a missing object is taken for the log's end",
                            "wal/bucket/DeadBucketLog.java",
                            DAMAGE,
                            60,
                            "Math.max(fence, ackedBeyond(key))",
                            "Math.min(fence, ackedBeyond(key))"),
                    Mutant.of(
                            "a damaged batch is taken for the log's end",
                            "wal/file/WalScan.java",
                            DAMAGE,
                            60,
                            "return new WalVolume.ScanEnd(end, ackedBeyond(end));",
                            "return new WalVolume.ScanEnd(end, Math.min(end, ackedBeyond(end)));"),
                    Mutant.of(
                            "a missing slot is taken for the metadata log's end",
                            "log/Follower.java",
                            DAMAGE,
                            60,
                            "OptionalLong beyond = slots.firstAfter(head.slot());",
                            "OptionalLong beyond = OptionalLong.empty();"));
}
