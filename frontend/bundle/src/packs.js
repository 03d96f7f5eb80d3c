
// Each lazy function's modules come in one file, a module whose custom sections hold them.
const instances = new Map();

function instance(name, pack) {
    let made = instances.get(name);
    if (made === undefined) {
        const [code] = WebAssembly.Module.customSections(pack, name);
        made = WebAssembly.instantiate(code, getSharedImports());
        instances.set(name, made);
        // What failed is tried anew with the next file that holds it.
        made.catch(() => instances.delete(name));
    }
    return made;
}

async function open(address, modules) {
    const pack = await WebAssembly.compileStreaming(fetch(address));
    await Promise.all(modules.map((name) => instance(name, pack)));
}

function loader(address, modules) {
    let opened;
    return async (callback, data) => {
        let success = true;
        try {
            opened ??= open(address, modules);
            await opened;
        } catch (error) {
            console.error(error);
            opened = undefined;
            success = false;
        }
        getSharedImports().__wasm_split.__indirect_function_table.get(callback)(data, success);
    };
}

