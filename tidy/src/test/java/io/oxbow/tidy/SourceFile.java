package io.oxbow.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A text file of the project.
 *
 * @param path relative to the project's root, with slashes
 * @param text the whole content
 */
record SourceFile(String path, String text) {
    private static final Path ROOT = root();
    private static final Set<String> OUTPUTS = Set.of("target", "node_modules", "data");
    private static final List<SourceFile> ALL = read();

    /** Returns all Java sources, tests too. */
    static List<SourceFile> java() {
        return all(file -> file.path.endsWith(".java"));
    }

    /** Returns the Java sources that are shipped. */
    static List<SourceFile> shipped() {
        return all(file -> file.path.endsWith(".java") && file.path.contains("/src/main/"));
    }

    /** Returns the pages of documentation. */
    static List<SourceFile> pages() {
        return all(file -> file.path.endsWith(".md"));
    }

    /** Returns one page of documentation. */
    static SourceFile page(String path) {
        return all(file -> file.path.equals(path)).getFirst();
    }

    /** Returns the file's name without its folder. */
    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Returns the path of a file that these tests keep. */
    static Path known(String rule) {
        return ROOT.resolve("tidy/known").resolve(rule + ".txt");
    }

    private static List<SourceFile> all(Predicate<SourceFile> wanted) {
        return ALL.stream().filter(wanted).toList();
    }

    private static List<SourceFile> read() {
        var files = new ArrayList<SourceFile>();
        try {
            Files.walkFileTree(
                    ROOT,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            String name = folder.getFileName().toString();
                            boolean skipped =
                                    OUTPUTS.contains(name)
                                            || name.startsWith(".") && !folder.equals(ROOT);
                            return skipped
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            String path = ROOT.relativize(file).toString().replace('\\', '/');
                            if (path.endsWith(".java") || path.endsWith(".md")) {
                                files.add(new SourceFile(path, Files.readString(file)));
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        files.sort(Comparator.comparing(SourceFile::path));
        return List.copyOf(files);
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bin/oxbow"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("run within the project");
            }
        }
        return folder;
    }
}
