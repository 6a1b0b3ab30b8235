package io.oxbow.s3stream.store.local;

import io.oxbow.s3stream.store.Keys;
import io.oxbow.s3stream.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists objects of a local bucket: walks the directories in key order, and enters only those that
 * can hold a listed key. A directory sorts as its name with a slash, which is how the keys in it
 * do.
 */
final class LocalListing {

    private final FileTree files;
    private final Path root;
    private final String prefix;
    private final String startAfter;
    private final int limit;
    private final List<ObjectStore.ObjectSummary> found = new ArrayList<>();

    LocalListing(FileTree files, Path root, String prefix, String startAfter, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit of a listing is " + limit);
        }
        this.files = files;
        this.root = root;
        this.prefix = prefix;
        this.startAfter = startAfter;
        this.limit = limit;
    }

    List<ObjectStore.ObjectSummary> collect() throws IOException {
        String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        if (!directory.isEmpty()) {
            Keys.checked(directory.substring(0, directory.length() - 1));
        }
        walk(directory);
        return List.copyOf(found);
    }

    /**
     * @param directory empty for the root, else with a slash at the end
     */
    private void walk(String directory) throws IOException {
        for (Entry entry : entries(directory)) {
            if (found.size() == limit) {
                return;
            }
            if (entry.isDirectory()) {
                walk(entry.key());
            } else {
                found.add(new ObjectStore.ObjectSummary(entry.key(), entry.size()));
            }
        }
    }

    private List<Entry> entries(String directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (FileTree.Entry entry : files.list(root.resolve(directory))) {
            addIfWanted(entries, directory + entry.name(), entry);
        }
        entries.sort((left, right) -> Keys.ORDER.compare(left.key(), right.key()));
        return entries;
    }

    private void addIfWanted(List<Entry> entries, String key, FileTree.Entry entry) {
        if (key.equals(TemporaryFiles.DIRECTORY) || !overlaps(key, prefix)) {
            return;
        }
        if (entry.isDirectory()) {
            String below = key + "/";
            if (overlaps(below, prefix) && (startAfter.startsWith(below) || isAfterStart(below))) {
                entries.add(new Entry(below, true, 0));
            }
        } else if (key.startsWith(prefix) && isAfterStart(key)) {
            entries.add(new Entry(key, false, entry.size()));
        }
    }

    private static boolean overlaps(String key, String prefix) {
        return key.startsWith(prefix) || prefix.startsWith(key);
    }

    private boolean isAfterStart(String key) {
        return startAfter.isEmpty() || Keys.ORDER.compare(key, startAfter) > 0;
    }

    private record Entry(String key, boolean isDirectory, long size) {}
}
