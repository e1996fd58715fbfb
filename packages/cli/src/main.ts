process.stdout.write("breakwater\n");
