package io.oxbow.node.roots;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.DirectMethodHandleDesc;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the roots in the product's compiled classes: each place where code is handed to a thread, a
 * timer or an event loop. A class that is called back is a root, too.
 */
final class RootScan {

    private static final String PRODUCT = "io/oxbow/";
    private static final String CODE = "#code";

    /** Functional types whose code runs where its taker says. */
    private static final Set<String> BODIES =
            Set.of(
                    "java.lang.Runnable",
                    "java.util.concurrent.Callable",
                    "io.netty.util.concurrent.GenericFutureListener",
                    "io.oxbow.broker.group.GroupLoader$FailureListener",
                    "io.oxbow.broker.partition.Partition$HighWatermarkListener",
                    "io.oxbow.s3stream.Commit$Listener",
                    "io.oxbow.s3stream.Stream$DurableListener",
                    "io.oxbow.s3stream.env.Component$Body",
                    "io.oxbow.s3stream.tail.Tail$Completion",
                    "org.apache.kafka.controller.QuorumController$ControllerWriteOperation");

    /** Methods that keep code of any functional type, to run it when something happens. */
    private static final Set<String> KEEPERS =
            Set.of("onFailure", "onFatal", "onChange", "whenComplete", "thenAccept", "watch");

    /** Types of classes that are called back on another's thread. */
    private static final Set<String> CALLED_BACK =
            Set.of(
                    "java/lang/Runnable",
                    "io/oxbow/s3stream/log/ApplicationLog$Listener",
                    "io/oxbow/broker/control/LeadershipListener",
                    "io/oxbow/broker/control/BrokerMetadataPublisher$DeltaListener",
                    "io/oxbow/broker/partition/Partition$HighWatermarkListener",
                    "io/oxbow/broker/network/ApiHandler",
                    "io/oxbow/s3stream/Commit$Listener",
                    "io/oxbow/s3stream/Stream$DurableListener",
                    "io/oxbow/tableflow/service/ProgressListener",
                    "org/apache/kafka/image/publisher/MetadataPublisher",
                    "org/apache/kafka/server/fault/FaultHandler",
                    "io/netty/channel/ChannelInboundHandlerAdapter",
                    "io/netty/channel/ChannelInitializer",
                    "org/eclipse/jetty/server/Handler$Wrapper",
                    "org/eclipse/jetty/server/handler/ErrorHandler");

    /** Consumers of a {@link Runnable} that run it at once, on the thread that hands it over. */
    private static final Set<String> ON_THE_SPOT =
            Set.of(
                    "java/util/Optional.ifPresentOrElse",
                    "io/oxbow/node/quickstart/Quickstart.step",
                    "io/oxbow/catalog/TableFolders.whileEmptied",
                    "io/oxbow/node/server/Storage.requireStartable",
                    "io/oxbow/s3stream/maintenance/Maintenance.quietly",
                    "io/oxbow/s3stream/env/HealthRegistry.loudly",
                    "io/oxbow/s3stream/compact/ImageView.<init>",
                    "io/oxbow/sql/ResultTable.<init>",
                    "io/oxbow/tableflow/shape/TableShape.changed",
                    "io/oxbow/tableflow/shape/UndoLog.changed");

    private RootScan() {}

    /** Returns all sites, sorted; one that stands there twice is there twice. */
    static List<String> sites(List<Class<?>> modules) throws Exception {
        List<String> sites = new ArrayList<>();
        for (ClassModel model : classes(modules)) {
            callbacks(model, sites);
            for (MethodModel method : model.methods()) {
                method.code().ifPresent(code -> handedOver(model, method, code, sites));
            }
        }
        sites.sort(null);
        return sites;
    }

    /** Returns the names of all places, as {@link FaultLoader} knows them. */
    static Set<String> places(List<Class<?>> modules) throws Exception {
        Set<String> places = new HashSet<>();
        for (ClassModel model : classes(modules)) {
            String name = shortName(model.thisClass().asInternalName());
            model.methods().forEach(method -> places.add(name + "." + placeOf(method)));
        }
        return places;
    }

    private static List<ClassModel> classes(List<Class<?>> modules) throws Exception {
        List<ClassModel> classes = new ArrayList<>();
        for (Class<?> module : modules) {
            URI location = module.getProtectionDomain().getCodeSource().getLocation().toURI();
            Path path = Path.of(location);
            if (Files.isDirectory(path)) {
                read(path, classes);
            } else {
                try (FileSystem jar = FileSystems.newFileSystem(path)) {
                    read(jar.getPath("/"), classes);
                }
            }
        }
        return classes;
    }

    private static void read(Path root, List<ClassModel> classes) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(root)) {
            files = all.filter(file -> file.toString().endsWith(".class")).toList();
        }
        for (Path file : files) {
            ClassModel model = ClassFile.of().parse(Files.readAllBytes(file));
            if (model.thisClass().asInternalName().startsWith(PRODUCT)) {
                classes.add(model);
            }
        }
    }

    private static void callbacks(ClassModel model, List<String> sites) {
        Stream.concat(model.interfaces().stream(), model.superclass().stream())
                .map(ClassEntry::asInternalName)
                .filter(CALLED_BACK::contains)
                .forEach(type ->
                        sites.add(
                                shortName(model.thisClass().asInternalName())
                                        + " is "
                                        + simple(type)));
    }

    private static void handedOver(
            ClassModel model, MethodModel method, CodeModel code, List<String> sites) {
        List<CodeElement> elements = code.elementList();
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i) instanceof InvokeDynamicInstruction made) {
                String consumer = consumer(elements.subList(i + 1, elements.size()));
                String type = nameOf(made.typeSymbol().returnType().descriptorString());
                boolean runsLater =
                        BODIES.contains(type)
                                || KEEPERS.contains(consumer.substring(consumer.indexOf('.') + 1));
                if (runsLater && !ON_THE_SPOT.contains(consumer)) {
                    sites.add(
                            "%s.%s: %s to %s"
                                    .formatted(
                                            shortName(model.thisClass().asInternalName()),
                                            methodOf(method),
                                            target(made),
                                            simple(consumer)));
                }
            }
        }
    }

    private static String target(InvokeDynamicInstruction made) {
        var handle = (DirectMethodHandleDesc) made.bootstrapArgs().get(1);
        return handle.methodName().startsWith("lambda$")
                ? "code"
                : handle.owner().displayName() + "." + handle.methodName();
    }

    /** Returns the method that is called next, with the code as an argument; "" for none. */
    private static String consumer(List<CodeElement> after) {
        for (CodeElement element : after) {
            // What the compiler adds for the receiver of a method reference takes no code.
            if (element instanceof InvokeInstruction call
                    && !call.name().equalsString("requireNonNull")) {
                return call.owner().asInternalName() + "." + call.name().stringValue();
            }
        }
        return "the caller";
    }

    /** Returns a method's name; of a lambda's code, that of the method it stands in. */
    private static String methodOf(MethodModel method) {
        return placeOf(method).replace(CODE, "");
    }

    /** Returns a method's name; of a lambda's code, {@code method#code}. */
    static String placeOf(MethodModel method) {
        String name = method.methodName().stringValue();
        String[] parts = name.split("\\$");
        return name.startsWith("lambda$") && parts.length > 2 ? parts[1] + CODE : name;
    }

    private static String nameOf(String descriptor) {
        return descriptor.replaceFirst("^L", "").replaceFirst(";$", "").replace('/', '.');
    }

    private static String shortName(String internal) {
        return internal.substring(PRODUCT.length()).replace('/', '.');
    }

    private static String simple(String internal) {
        return internal.substring(internal.lastIndexOf('/') + 1);
    }
}
