package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * File system that promises no more than POSIX does. At a power cut, any of the names and bytes
 * that were not synced may be there or not, in whatever order they were made, and of un-synced
 * bytes only some sectors. All chance follows from the seed. For one thread.
 */
final class LossyFileTree implements FileTree {

    private static final int SECTOR = 512;

    /** Thrown when the power is off: nothing works until {@link #restart}. */
    static final class PowerCut extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PowerCut() {
            super("power cut", null, false, false);
        }
    }

    private sealed interface Node {}

    private static final class FileNode implements Node {
        private byte[] bytes = {};
        private boolean synced;
    }

    private static final class DirectoryNode implements Node {
        private final Map<String, Node> names = new TreeMap<>();
        private Map<String, Node> durable = Map.of();

        /** Files that each name stood for since the last sync, oldest first; null for none. */
        private final Map<String, List<Node>> since = new TreeMap<>();

        void set(String name, Node node) {
            since.computeIfAbsent(name, n -> new ArrayList<>()).add(node);
            if (node == null) {
                names.remove(name);
            } else {
                names.put(name, node);
            }
        }

        void sync() {
            durable = new TreeMap<>(names);
            since.clear();
        }
    }

    /** Events while a call is under way: actions of other processes, and failures. */
    interface Interruption {
        void before(String step, Path path) throws IOException;
    }

    private final Random random;
    private final DirectoryNode root = new DirectoryNode();
    private final Set<Path> held = new HashSet<>();
    private Interruption interruption = (step, path) -> {};
    private long spaceLeft = Long.MAX_VALUE / 2;
    private long stepsLeft = Long.MAX_VALUE;
    private int starts;
    private boolean off;

    LossyFileTree(long seed) {
        random = new Random(seed);
    }

    /** Turns the power off within the {@code steps}th step from now. */
    void cutAfter(long steps) {
        stepsLeft = steps;
    }

    void interruptWith(Interruption newInterruption) {
        interruption = newInterruption;
    }

    /** Limits the bytes by which all files together can grow. */
    void leaveSpace(long bytes) {
        spaceLeft = bytes;
    }

    /** Turns the power on; what survived the cut is there, and durable. */
    void restart() {
        off = false;
        stepsLeft = Long.MAX_VALUE;
        starts++;
        held.clear();
        lose(root, random.nextInt(3));
    }

    /**
     * @param mood 0: everything un-synced is lost, 1: nothing is, 2: each by chance
     */
    private void lose(DirectoryNode directory, int mood) {
        Map<String, Node> left = new TreeMap<>(directory.durable);
        directory.since.forEach((name, states) -> {
            int chosen =
                    switch (mood) {
                        case 0 -> -1;
                        case 1 -> states.size() - 1;
                        default -> random.nextInt(states.size() + 1) - 1;
                    };
            if (chosen >= 0 && states.get(chosen) == null) {
                left.remove(name);
            } else if (chosen >= 0) {
                left.put(name, states.get(chosen));
            }
        });
        directory.names.clear();
        directory.names.putAll(left);
        directory.sync();
        for (Node node : left.values()) {
            switch (node) {
                case DirectoryNode below -> lose(below, mood);
                case FileNode file -> tear(file, mood);
            }
        }
    }

    private void tear(FileNode file, int mood) {
        if (file.synced) {
            return;
        }
        if (mood != 1) {
            byte[] torn = Arrays.copyOf(file.bytes, random.nextInt(file.bytes.length + 1));
            for (int sector = 0; sector < torn.length; sector += SECTOR) {
                if (mood == 0 || random.nextBoolean()) {
                    Arrays.fill(torn, sector, Math.min(torn.length, sector + SECTOR), (byte) 0);
                }
            }
            file.bytes = torn;
        }
        file.synced = true;
    }

    private void step(String step, Path path) throws IOException {
        countDown();
        interruption.before(step, path);
        countDown();
    }

    private void countDown() {
        if (!off && --stepsLeft <= 0) {
            off = true;
        }
        if (off) {
            throw new PowerCut();
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        step("mkdir", directory);
        Node there = find(directory);
        if (there instanceof FileNode) {
            throw new FileAlreadyExistsException(directory.toString());
        }
        if (there == null) {
            parent(directory).set(name(directory), new DirectoryNode());
        }
    }

    @Override
    public void write(Path file, List<ByteBuffer> body) throws IOException {
        step("write", file);
        if (find(file) != null) {
            throw new FileAlreadyExistsException(file.toString());
        }
        var node = new FileNode();
        parent(file).set(name(file), node);
        int size = body.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer into = ByteBuffer.allocate((int) Math.min(size, spaceLeft));
        for (ByteBuffer buffer : body) {
            int count = Math.min(buffer.remaining(), into.remaining());
            into.put(buffer.duplicate().limit(buffer.position() + count));
        }
        node.bytes = into.array();
        spaceLeft -= into.capacity();
        if (into.capacity() < size) {
            throw new FileSystemException(file.toString(), null, "No space left on device");
        }
    }

    @Override
    public void sync(Path file) throws IOException {
        step("sync", file);
        file(file).synced = true;
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step("sync directory", directory);
        if (!(find(directory) instanceof DirectoryNode node)) {
            throw new NoSuchFileException(directory.toString());
        }
        node.sync();
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        step("link", name);
        if (find(name) != null) {
            throw new FileAlreadyExistsException(name.toString());
        }
        parent(name).set(name(name), file(existing));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        step("rename", to);
        FileNode moved = file(from);
        parent(to).set(name(to), moved);
        parent(from).set(name(from), null);
    }

    @Override
    public boolean delete(Path path) throws IOException {
        step("delete", path);
        Node there = find(path);
        if (there == null) {
            return false;
        }
        if (there instanceof DirectoryNode directory && !directory.names.isEmpty()) {
            throw new java.nio.file.DirectoryNotEmptyException(path.toString());
        }
        if (there instanceof FileNode file) {
            spaceLeft += file.bytes.length;
        }
        parent(path).set(name(path), null);
        return true;
    }

    @Override
    public Entry look(Path path) throws IOException {
        step("look", path);
        Node there = find(path);
        return there == null ? null : entry(path.getNameCount() == 0 ? "" : name(path), there);
    }

    private static Entry entry(String name, Node node) {
        return switch (node) {
            case FileNode file -> new Entry(name, false, file.bytes.length);
            case DirectoryNode ignored -> new Entry(name, true, 0);
        };
    }

    @Override
    public ByteBuffer read(Path file, long position, int size) throws IOException {
        step("read", file);
        byte[] bytes = file(file).bytes;
        int from = (int) Math.min(position, bytes.length);
        return ByteBuffer.wrap(
                Arrays.copyOfRange(bytes, from, from + Math.min(size, bytes.length - from)));
    }

    @Override
    public void read(Path file, long position, ByteBuffer target) throws IOException {
        target.put(read(file, position, target.remaining()));
    }

    @Override
    public List<Entry> list(Path directory) throws IOException {
        step("list", directory);
        List<Entry> entries = new ArrayList<>();
        if (find(directory) instanceof DirectoryNode node) {
            node.names.forEach((name, below) -> entries.add(entry(name, below)));
        }
        return entries;
    }

    @Override
    public AutoCloseable hold(Path file, boolean make) throws IOException {
        step("hold", file);
        if (make) {
            write(file, List.of());
        } else if (find(file) == null || held.contains(file)) {
            return null;
        }
        held.add(file);
        return () -> held.remove(file);
    }

    @Override
    public Path realPath(Path path) {
        return path;
    }

    @Override
    public String process() {
        return "1-" + starts + "-";
    }

    private DirectoryNode parent(Path path) throws IOException {
        if (find(path.getParent()) instanceof DirectoryNode directory) {
            return directory;
        }
        throw new NoSuchFileException(path.getParent().toString());
    }

    private FileNode file(Path path) throws IOException {
        if (find(path) instanceof FileNode file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    private static String name(Path path) {
        return path.getFileName().toString();
    }

    private Node find(Path path) {
        Node node = root;
        for (Path name : path) {
            if (!(node instanceof DirectoryNode directory)) {
                return null;
            }
            node = directory.names.get(name.toString());
            if (node == null) {
                return null;
            }
        }
        return node;
    }
}
