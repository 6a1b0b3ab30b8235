package io.oxbow.s3stream.testkit;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordingFile;

/**
 * The files of a module that a piece of work goes through, counted by the calls of their methods.
 */
public final class TouchedFiles {

    private static final Pattern FILE =
            Pattern.compile("^\\d+\\. `([\\w/]+\\.java)`", Pattern.MULTILINE);

    private final Class<?> anchor;
    private final String root;

    /** Work that is repeated as often as its calls are counted. */
    public interface Work {
        void run() throws Exception;
    }

    private TouchedFiles(Class<?> anchor, String root) {
        this.anchor = anchor;
        this.root = root;
    }

    /**
     * @param anchor a class of the module, which tells where its classes lie
     * @param root the package that the files are named below, with slashes
     */
    public static TouchedFiles of(Class<?> anchor, String root) {
        return new TouchedFiles(anchor, root);
    }

    /**
     * Returns the files with a method that was called at least once per call; records, which hold
     * data, are left out.
     *
     * @param calls number of times that {@code work} does the piece of work
     */
    public Collection<String> touchedBy(int calls, Work work) throws Exception {
        Path file = Files.createTempFile("methods", ".jfr");
        try (var recording = new Recording()) {
            recording
                    .enable("jdk.MethodTiming")
                    .with("filter", String.join(";", classes()))
                    .with("period", "endChunk");
            recording.start();
            work.run();
            recording.stop();
            recording.dump(file);
            return touched(file, calls);
        } finally {
            Files.delete(file);
        }
    }

    private Collection<String> touched(Path file, int calls) throws IOException {
        Collection<String> files = new TreeSet<>();
        for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
            RecordedMethod method = event.getValue("method");
            if (event.getLong("invocations") >= calls / 2
                    && !method.getName().startsWith("lambda$")) {
                String type = method.getType().getName().replace('.', '/');
                int nested = type.indexOf('$');
                files.add(
                        (nested < 0 ? type : type.substring(0, nested)).substring(root.length() + 1)
                                + ".java");
            }
        }
        return files;
    }

    private List<String> classes() throws IOException, URISyntaxException {
        Path classes = Path.of(anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (var files = Files.walk(classes.resolve(root))) {
            return files.map(each -> classes.relativize(each).toString())
                    .filter(each -> each.endsWith(".class") && !each.endsWith("-info.class"))
                    .map(each ->
                            each.substring(0, each.length() - ".class".length()).replace('/', '.'))
                    .filter(each -> !isRecord(each))
                    .toList();
        }
    }

    private boolean isRecord(String type) {
        try {
            return Class.forName(type, false, anchor.getClassLoader()).isRecord();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the files that the section of {@code docs/paths.md} lists, in its order. */
    public static List<String> listed(String heading) throws IOException {
        String page = Files.readString(Path.of("../docs/paths.md"));
        int start = page.indexOf("## " + heading + "\n");
        if (start < 0) {
            throw new IllegalArgumentException("docs/paths.md has no section " + heading);
        }
        int end = page.indexOf("\n## ", start + 1);
        Matcher files = FILE.matcher(page.substring(start, end < 0 ? page.length() : end));
        return files.results().map(each -> each.group(1)).toList();
    }
}
