package io.oxbow.benchmarks.steps;

import java.util.List;

/**
 * The steps of the produce path, and the beginnings of the names of the frames that belong to each.
 *
 * <p>A stack belongs to the step of the frame nearest to its top that any step names; for one frame
 * the first step below that names it counts. So what the JDK does is counted where it is called
 * from, except for checksums, sockets, threads that wait or are woken, and what the JVM does for
 * itself.
 */
enum Step {
    GC(
            "garbage collection",
            "G1",
            "GCTaskThread",
            "WorkerThread::run",
            "WorkerTask",
            "ConcurrentGCThread",
            "VM_G1",
            "VM_Collect",
            "VM_GC"),
    JIT("JIT compilation", "CompileBroker", "C2Compiler", "Compiler::compile", "Compile::"),
    CRC(
            "CRC",
            "java/util/zip/CRC32",
            "updateBytesCRC32",
            "org/apache/kafka/common/utils/Crc32C",
            "org/apache/kafka/common/utils/Checksums"),
    SOCKET(
            "socket",
            "sun/nio/ch/SocketDispatcher",
            "sun/nio/ch/SocketChannelImpl",
            "sun/nio/ch/EPoll",
            "sun/nio/ch/SelectorImpl",
            "sun/nio/ch/Net.",
            "io/netty/channel/epoll",
            "io/netty/channel/unix",
            "io/netty/channel/nio",
            "io/netty/channel/socket"),
    WAKE_UPS(
            "waits and wake-ups",
            "java/util/concurrent/locks/LockSupport",
            "java/util/concurrent/ForkJoin",
            "java/lang/VirtualThread",
            "jdk/internal/vm/Continuation",
            "Continuation::",
            "ObjectMonitor::",
            "Unsafe_Park",
            "Unsafe_Unpark"),
    REPLY(
            "reply",
            "io/oxbow/broker/produce/ProduceReply",
            "io/oxbow/broker/network/Answers",
            "io/oxbow/broker/network/ReplyBytes",
            "io/oxbow/broker/network/InFlight",
            "org/apache/kafka/common/requests/ProduceResponse",
            "org/apache/kafka/common/message/ProduceResponse"),
    DECODE(
            "decode",
            "io/oxbow/broker/network/",
            "org/apache/kafka/common/requests/",
            "org/apache/kafka/common/message/",
            "org/apache/kafka/common/protocol/",
            "io/netty/"),
    OFFSETS(
            "validation, offset assignment",
            "io/oxbow/broker/partition/",
            "io/oxbow/broker/validation/",
            "io/oxbow/broker/produce/",
            "org/apache/kafka/storage/internals/log/",
            "org/apache/kafka/common/record/"),
    COMMIT(
            "commit to the metadata log",
            "io/oxbow/s3stream/upload/UploadCommits",
            "io/oxbow/s3stream/log/",
            "io/oxbow/s3stream/image/"),
    COMPACTION(
            "compaction",
            "io/oxbow/s3stream/compact/",
            "io/oxbow/s3stream/composite/",
            "io/oxbow/s3stream/maintenance/"),
    UPLOAD(
            "upload",
            "io/oxbow/s3stream/upload/",
            "io/oxbow/s3stream/commit/",
            "io/oxbow/s3stream/tail/HeapReadResult",
            "io/oxbow/s3stream/object/",
            "io/oxbow/s3stream/store/"),
    TAIL(
            "tail",
            "io/oxbow/s3stream/tail/",
            "io/oxbow/s3stream/write/",
            "io/oxbow/s3stream/engine/"),
    WAL("write-ahead log", "io/oxbow/s3stream/wal/"),
    CONTROL("controller, groups", "io/oxbow/broker/", "org/apache/kafka/"),
    OTHER("other");

    private final String title;
    private final List<String> frames;

    Step(String title, String... frames) {
        this.title = title;
        this.frames = List.of(frames);
    }

    String title() {
        return title;
    }

    /**
     * @param stack frames from the outermost call to the top, as async-profiler collapses them
     */
    static Step of(String stack) {
        int end = stack.length();
        while (end > 0) {
            int start = stack.lastIndexOf(';', end - 1) + 1;
            String frame = stack.substring(start, end);
            for (Step step : values()) {
                if (step.frames.stream().anyMatch(frame::startsWith)) {
                    return step;
                }
            }
            end = start - 1;
        }
        return OTHER;
    }
}
