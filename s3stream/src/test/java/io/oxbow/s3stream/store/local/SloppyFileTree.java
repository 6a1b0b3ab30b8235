package io.oxbow.s3stream.store.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file tree through which a bucket breaks one of its rules, as a careless implementation would.
 * For one thread.
 */
final class SloppyFileTree implements FileTree {

    enum Sloppiness {
        FILE_IS_NOT_SYNCED,
        FILE_IS_SYNCED_AFTER_IT_GOT_ITS_NAME,
        DIRECTORY_IS_NOT_SYNCED_AFTER_CREATING,
        DIRECTORY_IS_NOT_SYNCED_AFTER_REPLACING,
        DIRECTORY_IS_NOT_SYNCED_AFTER_DELETING,
        DIRECTORY_IS_NOT_SYNCED_WHEN_THE_KEY_EXISTS,
        PARENT_OF_A_NEW_DIRECTORY_IS_NOT_SYNCED,
        DIRECTORIES_ABOVE_THE_BUCKET_ARE_NOT_SYNCED,
        CREATING_IS_LOOKING_AND_REPLACING,
        LEFTOVERS_STAY
    }

    private final FileTree files;
    private final Path bucket;
    private final Sloppiness sloppiness;
    private final Map<Path, String> lastStep = new HashMap<>();
    private Path unsynced;

    SloppyFileTree(FileTree files, Path bucket, Sloppiness sloppiness) {
        this.files = files;
        this.bucket = bucket;
        this.sloppiness = sloppiness;
    }

    private boolean is(Sloppiness one) {
        return sloppiness == one;
    }

    private void done(String step, Path path) {
        lastStep.put(path.getParent(), step);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        files.createDirectory(directory);
        done("mkdir", directory);
    }

    @Override
    public void write(Path file, List<ByteBuffer> body) throws IOException {
        files.write(file, body);
    }

    @Override
    public void sync(Path file) throws IOException {
        if (is(Sloppiness.FILE_IS_SYNCED_AFTER_IT_GOT_ITS_NAME)) {
            unsynced = file;
        } else if (!is(Sloppiness.FILE_IS_NOT_SYNCED)) {
            files.sync(file);
        }
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        Sloppiness skipped =
                !directory.startsWith(bucket)
                        ? Sloppiness.DIRECTORIES_ABOVE_THE_BUCKET_ARE_NOT_SYNCED
                        : switch (lastStep.getOrDefault(directory, "")) {
                            case "mkdir" -> Sloppiness.PARENT_OF_A_NEW_DIRECTORY_IS_NOT_SYNCED;
                            case "link" -> Sloppiness.DIRECTORY_IS_NOT_SYNCED_AFTER_CREATING;
                            case "exists" -> Sloppiness.DIRECTORY_IS_NOT_SYNCED_WHEN_THE_KEY_EXISTS;
                            case "rename" -> Sloppiness.DIRECTORY_IS_NOT_SYNCED_AFTER_REPLACING;
                            case "delete" -> Sloppiness.DIRECTORY_IS_NOT_SYNCED_AFTER_DELETING;
                            default -> null;
                        };
        if (skipped == null || !is(skipped)) {
            files.syncDirectory(directory);
        }
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        if (is(Sloppiness.CREATING_IS_LOOKING_AND_REPLACING)) {
            if (files.look(name) != null) {
                throw new FileAlreadyExistsException(name.toString());
            }
            files.rename(existing, name);
            return;
        }
        try {
            files.link(existing, name);
            done("link", name);
        } catch (FileAlreadyExistsException e) {
            done("exists", name);
            throw e;
        }
        syncLate(name);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.rename(from, to);
        done("rename", to);
        syncLate(to);
    }

    private void syncLate(Path name) throws IOException {
        if (unsynced != null) {
            unsynced = null;
            files.sync(name);
        }
    }

    @Override
    public boolean delete(Path path) throws IOException {
        boolean temporary = path.startsWith(bucket.resolve(TemporaryFiles.DIRECTORY));
        if (temporary && is(Sloppiness.LEFTOVERS_STAY)) {
            return true;
        }
        boolean deleted = files.delete(path);
        done("delete", path);
        return deleted;
    }

    @Override
    public Entry look(Path path) throws IOException {
        return files.look(path);
    }

    @Override
    public ByteBuffer read(Path file, long position, int size) throws IOException {
        return files.read(file, position, size);
    }

    @Override
    public void read(Path file, long position, ByteBuffer target) throws IOException {
        files.read(file, position, target);
    }

    @Override
    public List<Entry> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public AutoCloseable hold(Path file, boolean make) throws IOException {
        return files.hold(file, make);
    }

    @Override
    public Path realPath(Path path) throws IOException {
        return files.realPath(path);
    }

    @Override
    public String process() {
        return files.process();
    }
}
