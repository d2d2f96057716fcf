package dev.closeout.bench.report;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * Where it was measured.
 *
 * @param memory in bytes
 * @param postgresql its version, and what of it decides how much a commit costs
 */
public record Machine(int processors, long memory, String jdk, String os, String postgresql) {

    /** This machine. */
    public static Machine here(String postgresql) {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                "%s %s".formatted(System.getProperty("java.vm.name"), System.getProperty("java.vm.version")),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                postgresql);
    }

    @Override
    public String toString() {
        return "%d processors, %.1f GiB of memory; %s; %s; PostgreSQL %s"
                .formatted(processors, memory / (double) (1 << 30), jdk, os, postgresql);
    }
}
